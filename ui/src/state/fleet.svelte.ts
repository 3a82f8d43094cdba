import {
  commands,
  type FleetFinding,
  type FleetFormat,
  type FleetMember,
  type FleetNews,
  type FleetView,
} from "../ipc/bindings";
import { asFailure, call, type CommandFailure } from "../ipc/call";
import { getLocale } from "../paraglide/runtime.js";
import { Conditions } from "./fleetConditions.svelte";
import { Enrolling } from "./enrolling.svelte";
import { FleetRuns } from "./fleetRuns.svelte";
import type { WayForm } from "./handOffWay.svelte";
import { Picks } from "./picks.svelte";
import { Recovering } from "./recovering.svelte";
import { Sweeping } from "./sweeping.svelte";

export type FleetFilter =
  | "all"
  | "no-mfa"
  | "console-no-mfa"
  | "one-device"
  | "only-sms"
  | "not-rotated"
  | "stale"
  | "unknown"
  | "here";

type Reading = Extract<FleetNews, { kind: "reading" }>;

export type FleetSort = "user" | "mfa" | "seen" | "access";

/** Who was not seen for so many days is stale. */
export const STALE_DAYS = 90;
const DAY = 86_400;
const compared = new Intl.Collator(getLocale(), { numeric: true });

/** All users of the account that the window is connected to, and what is done for them. */
export class Fleet {
  view = $state.raw<FleetView | null>(null);
  isReading = $state(false);
  /** Why they could not be read. */
  problem = $state.raw<CommandFailure | null>(null);
  filter = $state<FleetFilter>("all");
  query = $state("");
  /** Which users are asked for at all: under a path, with tags. */
  readonly conditions = new Conditions();
  /** How far reading has come; nothing before the first answer. */
  progress = $state.raw<Reading | null>(null);
  sort = $state.raw<{ by: FleetSort; descending: boolean }>({ by: "user", descending: false });
  readonly runs = new FleetRuns();
  readonly enrolling = new Enrolling();
  readonly recovering = new Recovering();
  readonly sweeping = new Sweeping();
  readonly picks = new Picks(() => this.shown.map(({ user }) => user));
  #round = 0;
  /** Whose account was read, or is being read. */
  #whose: string | null = null;

  /** Everybody by name. Comparing names takes longest, so that it is done once for each reading. */
  #named = $derived.by(() =>
    (this.view?.users ?? []).toSorted((one, other) => compared.compare(one.user, other.user)),
  );
  /** Those whom each filter lets through, by name. */
  #of = $derived.by(() => {
    const users = this.#named;
    const read = this.view?.read ?? 0;
    const has = (finding: FleetFinding): FleetMember[] =>
      users.filter(({ findings }) => findings.includes(finding));
    return {
      all: users,
      "no-mfa": has("no-mfa"),
      "console-no-mfa": has("no-mfa").filter((user) => user.console === true),
      "one-device": has("one-device"),
      "only-sms": has("only-sms"),
      "not-rotated": has("hand-off-not-rotated"),
      stale: users.filter((user) => isStale(user, read)),
      unknown: has("mfa-unknown"),
      here: users.filter(({ devices }) => devices.some((device) => device.is_here)),
    } satisfies Record<FleetFilter, FleetMember[]>;
  });

  /** The rows of the table: filtered, searched, sorted. */
  shown = $derived.by(() => {
    const words = this.query.trim().toLowerCase();
    const rows = this.#of[this.filter].filter((user) => words === "" || searched(user).includes(words));
    const { by, descending } = this.sort;
    // Who ranks alike stays in the order of the names.
    const sorted = by === "user" ? rows : rows.toSorted((one, other) => rank(one, by) - rank(other, by));
    return descending ? sorted.toReversed() : sorted;
  });

  /** The form that takes a dropped list; nothing as long as none is open. */
  get openForm(): WayForm | null {
    if (this.enrolling.isOpen) return this.enrolling.form;
    return this.recovering.user ? this.recovering.form : null;
  }

  /** Whoever's row has, or had last, the focus. */
  get activeUser(): FleetMember | null {
    const { entered } = this.picks;
    return this.shown.find(({ user }) => user === entered) ?? null;
  }

  /** Chooses everybody without MFA, and asks how they are enrolled. */
  enrolUnprotected(): void {
    this.filter = "no-mfa";
    this.query = "";
    this.picks.clear();
    this.picks.chooseShown();
    this.enrolling.open(this.picks.all);
  }

  /** How many users a filter lets through. */
  count(filter: FleetFilter): number {
    return this.#of[filter].length;
  }

  sortBy(by: FleetSort): void {
    this.sort = { by, descending: this.sort.by === by && !this.sort.descending };
  }

  /** Reads when it is somebody else's account than the one that was read. */
  async follow(whose: string | null): Promise<void> {
    if (whose === this.#whose) return;
    this.#forget();
    this.#whose = whose;
    if (whose !== null) await Promise.all([this.read(), this.runs.load()]);
  }

  /** Reads all users; `exact` asks for the devices of each. What stands in the way stands in `problem`. */
  async read(exact = false): Promise<void> {
    const round = ++this.#round;
    this.isReading = true;
    this.problem = null;
    this.progress = null;
    try {
      const view = await call(commands.readFleet({ exact, ...this.conditions.asked }));
      if (round !== this.#round) return;
      this.view = view;
      this.picks.retain(view.users.map(({ user }) => user));
    } catch (cause) {
      if (round === this.#round) this.problem = asFailure(cause);
    } finally {
      if (round === this.#round) this.isReading = false;
    }
  }

  /** Something is heard of a reading or of a run. */
  async hear(news: FleetNews): Promise<void> {
    if (news.kind !== "reading") await this.runs.hear(news);
    else if (this.isReading) this.progress = news;
  }

  /** Lets the person name a file for the report; where it is, or nothing. */
  async saveReport(format: FleetFormat): Promise<string | null> {
    return call(commands.saveFleetReport(format));
  }

  /** Nothing of AWS stays once the accounts are locked. */
  clear(): void {
    this.#forget();
    this.runs.clear();
  }

  #forget(): void {
    this.#round += 1;
    this.#whose = null;
    this.view = null;
    this.isReading = false;
    this.problem = null;
    this.progress = null;
    this.conditions.clear();
    this.filter = "all";
    this.query = "";
    this.picks.clear();
    this.enrolling.clear();
    this.recovering.clear();
    this.sweeping.clear();
  }
}

const texts = new WeakMap<FleetMember, string>();

/** Everything of a user that is searched, put together once. */
function searched(member: FleetMember): string {
  const { user, path, devices } = member;
  const text =
    texts.get(member) ?? [`${path}${user}`, ...devices.map(({ serial }) => serial)].join("\n").toLowerCase();
  texts.set(member, text);
  return text;
}

function isStale({ seen }: FleetMember, read: number): boolean {
  return seen.kind === "never" || (seen.kind === "at" && read - seen.seconds > STALE_DAYS * DAY);
}

/** Where a row stands when it is sorted: the worst first. */
function rank(user: FleetMember, by: FleetSort): number {
  if (by === "user") return 0;
  if (by === "access") return -(user.oldest_access_days ?? (user.active_access === null ? 1e9 : -1));
  if (by === "seen") return user.seen.kind === "at" ? -user.seen.seconds : user.seen.kind === "never" ? 0 : 1;
  const order: FleetFinding[] = ["no-mfa", "mfa-unknown", "only-sms", "hand-off-not-rotated", "one-device"];
  const worst = order.findIndex((finding) => user.findings.includes(finding));
  return worst < 0 ? order.length : worst;
}
