import { commands, type ActivityFormat, type ActivityRow, type Deed } from "../ipc/bindings";
import { searched } from "./activityWords";
import { call } from "../ipc/call";
import { terms } from "./arrange";
import { dayOf } from "./dates";

export type ActivityKind = "all" | "codes" | "accounts" | "backups" | "aws";
export type ActivityDay = { day: number; rows: ActivityRow[] };

const KINDS: Record<Deed, Exclude<ActivityKind, "all" | "aws">> = {
  added: "accounts",
  edited: "accounts",
  removed: "accounts",
  restored: "accounts",
  purged: "accounts",
  unlocked: "accounts",
  locked: "accounts",
  "code-taken": "codes",
  "counter-moved": "codes",
  "code-shown": "codes",
  "qr-shown": "codes",
  exported: "backups",
  "backed-up": "backups",
  "backup-written": "backups",
  "kit-made": "backups",
  "backup-restored": "backups",
};

const kindOf = (row: ActivityRow): ActivityKind => (row.kind === "aws" ? "aws" : KINDS[row.deed]);

/** What was done here and in AWS, the newest first. */
export class ActivityState {
  rows = $state.raw<ActivityRow[]>([]);
  kind = $state<ActivityKind>("all");
  query = $state("");
  loaded = $state(false);
  /** How many rows only an export has. */
  more = $state(0);
  #round = 0;

  /** Every row as it is searched. */
  #texts = $derived(this.rows.map((row) => terms(searched(row)).join(" ")));

  /** The rows of the chosen kind in which everything that was typed occurs, by the day on which they happened. */
  days = $derived.by((): ActivityDay[] => {
    const days: ActivityDay[] = [];
    const wanted = terms(this.query);
    for (const [index, row] of this.rows.entries()) {
      if (this.kind !== "all" && kindOf(row) !== this.kind) continue;
      if (!wanted.every((term) => this.#texts[index]?.includes(term))) continue;
      const day = dayOf(row.time);
      const last = days.at(-1);
      if (last?.day === day) last.rows.push(row);
      else days.push({ day, rows: [row] });
    }
    return days;
  });

  async load(): Promise<void> {
    const round = this.#round;
    const { rows, total } = await call(commands.activity());
    if (round !== this.#round) return;
    this.rows = rows;
    this.more = total - rows.length;
    this.loaded = true;
  }

  /** Lets the person name a file and writes everything to it; nothing when none was named. */
  export(format: ActivityFormat): Promise<{ path: string; rows: number } | null> {
    return call(commands.exportActivity(format));
  }

  /** Nothing of an open store stays once it is locked. */
  clear(): void {
    this.#round += 1;
    this.rows = [];
    this.kind = "all";
    this.query = "";
    this.more = 0;
    this.loaded = false;
  }
}
