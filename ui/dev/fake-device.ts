import { emit } from "@tauri-apps/api/event";
import { mockIPC, mockWindows } from "@tauri-apps/api/mocks";

import type {
  AccountEdit,
  AccountView,
  AddedView,
  CodeResult,
  CodeView,
  CommandError,
  FirstLook,
  FoundView,
  Language,
  Listed,
  PreviewView,
  Settings,
  Stage,
  Status,
  TypedAccount,
  StoreKind,
  Which,
} from "../src/ipc/bindings";
import { sampleActivity } from "./activity";
import { freeze } from "./freeze";
import {
  kept,
  sampleAccounts,
  sampleFound,
  sampleSettings,
  sampleSurroundings,
  sampleTyped,
  sampleUnreadable,
  type SampleAccount,
} from "./samples";

const STAGES: Record<string, Stage> = {
  locked: { stage: "locked", by: "vault" },
  "keyring-missing": {
    stage: "keyring-missing",
    code: "keyring-missing",
    message: "No Secret Service answers on the session bus, so seeds have no safe place yet.",
    remedy: "Your choice is kept and shown.",
  },
  "keyring-denied": {
    stage: "keyring-denied",
    code: "keyring-denied",
    message: "The keyring's question was closed without an answer.",
    remedy: "Ask again, and give it its password.",
  },
  failed: {
    stage: "failed",
    code: "newer-index",
    message: "The accounts were written by Lockstep 3, and this is Lockstep 1.",
    remedy: "Start the newer one.",
  },
};

const PASSPHRASE = "correct horse";
const refuse = (code: string, message: string, remedy: string): CommandError => ({ code, message, remedy });

/** Six digits that only look like a code: nothing here knows a seed. */
function lookalike(id: string, step: number, digits: number): string {
  let hash = step;
  for (const unit of id) hash = (hash * 33 + (unit.codePointAt(0) ?? 0)) >>> 0;
  return String(hash % 10 ** digits).padStart(digits, "0");
}

/** What the commands are called with, all together. */
type Args = {
  id: string;
  ids: string[];
  before: string | null;
  passphrase: string;
  paths: string[];
  rows: number[];
  which: Which;
  typed: TypedAccount;
  edit: AccountEdit;
  settings: Settings;
  wanted: boolean;
};

/** A device of invented accounts, for development and for pictures; what it holds depends on the address. */
class FakeDevice {
  stage: Stage;
  store: StoreKind;
  samples: SampleAccount[];
  settings = sampleSettings();
  around = sampleSurroundings();
  found: FoundView[] = [];
  used = new Map<string, number>();
  quarantined: number;

  constructor(query: URLSearchParams) {
    const stage = query.get("stage") ?? "open";
    this.stage = STAGES[stage] ?? ({ stage } as Stage);
    this.store = query.get("store") === "vault" ? "vault" : "keyring";
    this.samples = stage === "first-run" ? [] : sampleAccounts(Number(query.get("accounts") ?? 42));
    this.quarantined = Number(query.get("quarantined") ?? 0);
    this.settings.language = (query.get("language") ?? "system") as Language;
    Object.assign(this.settings, { hide_codes: query.has("hide"), always_show_next: query.has("next") });
    const [, second] = this.samples;
    if (second) this.used.set(second.account.id, this.#now() + 3600);
  }

  #now(): number {
    return Math.floor(Date.now() / 1000);
  }

  #sample(id: unknown): SampleAccount {
    const found = this.samples.find(({ account }) => account.id === id);
    if (!found) throw refuse("no-such-account", `There is no account ${String(id)}.`, "");
    return found;
  }

  #code({ account, code, next }: SampleAccount): CodeView {
    const period = account.period ?? 30;
    const now = this.#now();
    const step = Math.floor(now / period);
    const left = period - (now % period);
    return {
      id: account.id,
      code: code || lookalike(account.id, step, account.digits),
      next: next || lookalike(account.id, step + 1, account.digits),
      remaining: left,
      time_step: step,
      valid_until: now + left,
      used: (this.used.get(account.id) ?? 0) > now,
    };
  }

  #add(found: Omit<FoundView, "row">[]): PreviewView {
    for (const one of found) this.found.push({ ...one, row: this.found.length });
    return { found: [...this.found], warnings: [] };
  }

  #open(stage: Stage): null {
    this.stage = stage;
    void emit("stage-changed", stage);
    return null;
  }

  #changed(): null {
    void emit("accounts-changed", null);
    return null;
  }

  #list(isTrash: boolean): AccountView[] {
    return this.samples.map(({ account }) => account).filter(({ trashed }) => (trashed !== null) === isTrash);
  }

  #change(id: unknown, change: Partial<AccountView>): AccountView {
    const sample = this.#sample(id);
    sample.account = { ...sample.account, ...change };
    this.#changed();
    return sample.account;
  }

  #status(): Status {
    return { stage: this.stage, store: this.store, version: "0.1.0", has_waiting: false };
  }

  #listed(): Listed {
    const one = { id: null, label: "Linear", code: "seed-missing", reason: "its seed cannot be read" };
    const view = { accounts: this.#list(false), quarantined: Array(this.quarantined).fill(one) };
    return { view, trash: this.#list(true), notices: [] };
  }

  /** Every command of the contract. */
  commands: Record<string, (args: Args) => unknown> = {
    status: () => this.#status(),
    first_look: (): FirstLook => ({
      settings: this.settings,
      status: this.#status(),
      listed: this.stage.stage === "open" ? this.#listed() : null,
    }),
    retry: () => this.#open({ stage: "open" }),
    create_vault: () => {
      this.store = "vault";
      return this.#open({ stage: this.samples.length ? "open" : "first-run" });
    },
    unlock_vault: ({ passphrase }) => {
      if (passphrase === PASSPHRASE) return this.#open({ stage: "open" });
      throw refuse("wrong-passphrase", "That is not the passphrase.", "Nothing is erased after wrong tries.");
    },
    lock: () => this.#open({ stage: "locked", by: this.store }),
    listed: () => this.#listed(),
    codes: ({ ids }): CodeResult[] =>
      ids.map((id) => ({ id, code: this.#code(this.#sample(id)), error: null })),
    next_hotp_code: ({ id }): CodeView => {
      const { account } = this.#sample(id);
      const counter = (account.counter ?? 0) + 1;
      this.#change(id, { counter });
      const code = lookalike(id, counter, account.digits);
      return { id, code, next: null, remaining: null, time_step: counter, valid_until: null, used: false };
    },
    copy_code: ({ id, which }) => {
      const period = this.#sample(id).account.period ?? 30;
      const now = this.#now();
      this.used.set(id, now + period - (now % period) + (which === "next" ? period : 0));
      return { code_shown: null, clears_after: this.settings.clipboard_seconds };
    },
    add_paths: ({ paths }) => this.#add(paths.map((path) => sampleUnreadable(path))),
    add_clipboard: () => this.#add([sampleUnreadable("holiday.jpg")]),
    add_screen: () => this.#add([sampleUnreadable("screen")]),
    add_arguments: () => null,
    add_text: () => this.#add([sampleTyped({ issuer: "Example", name: "maya" }, this.#now() + 30)]),
    add_typed: ({ typed }) => this.#add([sampleTyped(typed, this.#now() + 30)]),
    choose_images: () => this.#add(sampleFound(this.#now() + 18)),
    preview: (): PreviewView => ({
      found: this.found.map((one) => ({ ...one, valid_until: one.code ? this.#now() + 30 : null })),
      warnings: [],
    }),
    keep: ({ rows }): AddedView[] => {
      const added = this.found.filter(({ row }) => rows.includes(row));
      this.found = [];
      const views = added.map((one, index): AddedView => {
        const id = `f${this.samples.length + index}`.padEnd(32, "0");
        this.samples.push({ account: kept(one, id), code: "", next: "" });
        return { id, issuer: one.issuer, name: one.name, outcome: "added", reason: "", warnings: [] };
      });
      this.#open({ stage: "open" });
      return views;
    },
    discard_preview: () => {
      this.found = [];
      return null;
    },
    edit: ({ id, edit }) => {
      const given = Object.entries(edit).filter(([, value]) => value !== null && value !== undefined);
      return this.#change(id, Object.fromEntries(given) as Partial<AccountView>);
    },
    remove: ({ id }) => {
      this.#change(id, { trashed: this.#now() });
      return null;
    },
    restore: ({ id }) => this.#change(id, { trashed: null }),
    purge: ({ id }) => {
      this.samples = this.samples.filter(({ account }) => account.id !== id);
      return this.#changed();
    },
    move_account: ({ id, before }) => {
      const sample = this.#sample(id);
      const rest = this.samples.filter((one) => one !== sample);
      const at = before === null ? rest.length : rest.findIndex(({ account }) => account.id === before);
      this.samples = [...rest.slice(0, at), sample, ...rest.slice(at)];
      return this.#changed();
    },
    activity: () => sampleActivity(this.#now()),
    surroundings: () => this.around,
    start_at_login: ({ wanted }) => (this.around = { ...this.around, starts_at_login: wanted }),
    somebody_is_there: () => null,
    take_system_language: () => null,
    set_settings: ({ settings }) => (this.settings = settings),
  };
}

/** Stands in for the device behind the window: same commands, invented answers. */
export function startFakeDevice(query: URLSearchParams): void {
  const left = query.get("left");
  if (left) freeze(Number(left));
  const device = new FakeDevice(query);
  mockWindows("main");
  mockIPC(
    (command, args) => {
      const answer = device.commands[command];
      if (!answer) throw refuse("unknown-command", `There is no command ${command}.`, "");
      return answer((args ?? {}) as Args);
    },
    { shouldMockEvents: true },
  );
}
