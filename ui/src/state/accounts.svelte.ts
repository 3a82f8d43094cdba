import {
  commands,
  type AccountEdit,
  type AccountId,
  type AccountView,
  type Listed,
  type NoticeView,
  type QuarantinedView,
} from "../ipc/bindings";
import { call } from "../ipc/call";
import { arrange } from "./arrange";
import type { SettingsState } from "./settings.svelte";

/** The accounts of the store, what somebody looks for among them, and the trash. */
export class Accounts {
  all = $state.raw<AccountView[]>([]);
  quarantined = $state.raw<QuarantinedView[]>([]);
  notices = $state.raw<NoticeView[]>([]);
  trash = $state.raw<AccountView[]>([]);
  loaded = $state(false);
  query = $state("");
  #removed: AccountId[] = [];
  #round = 0;
  #settings: SettingsState;

  constructor(settings: SettingsState) {
    this.#settings = settings;
  }

  shown = $derived.by(() => arrange(this.all, this.query, this.#settings.current.sort));

  /** Whether the rows stand in the person's own order, complete, so that they can be moved. */
  get movable(): boolean {
    return this.#settings.current.sort === "own" && this.query === "";
  }

  async load(): Promise<void> {
    const round = this.#round;
    const listed = await call(commands.listed());
    // They may have been locked meanwhile.
    if (round === this.#round) this.take(listed);
  }

  take({ view, notices, trash }: Listed): void {
    this.all = view.accounts;
    this.quarantined = view.quarantined;
    // Each is said once.
    this.notices = [...this.notices, ...notices];
    this.trash = trash;
    this.loaded = true;
  }

  clear(): void {
    this.#round += 1;
    this.all = [];
    this.quarantined = [];
    this.notices = [];
    this.trash = [];
    this.query = "";
    this.loaded = false;
    this.#removed = [];
  }

  dismiss(notice: NoticeView): void {
    this.notices = this.notices.filter((one) => one !== notice);
  }

  async edit(id: AccountId, change: AccountEdit): Promise<void> {
    await call(commands.edit(id, change));
    await this.load();
  }

  async togglePin({ id, pinned }: AccountView): Promise<void> {
    await this.edit(id, { pinned: !pinned });
  }

  /** Moves an account to the trash; `undoRemoval` brings the last one back. */
  async remove(id: AccountId): Promise<void> {
    await call(commands.remove(id));
    this.#removed.push(id);
    await this.load();
  }

  /** Brings the last removed account back; nothing where none was removed. */
  async undoRemoval(): Promise<AccountView | null> {
    const id = this.#removed.pop();
    return id === undefined ? null : await this.restore(id);
  }

  async restore(id: AccountId): Promise<AccountView> {
    const account = await call(commands.restore(id));
    this.#removed = this.#removed.filter((removed) => removed !== id);
    await this.load();
    return account;
  }

  async purge(id: AccountId): Promise<void> {
    await call(commands.purge(id));
    this.#removed = this.#removed.filter((removed) => removed !== id);
    await this.load();
  }

  /** Moves an account one place; it stays among the pinned ones, or among the others. */
  async move(id: AccountId, by: 1 | -1): Promise<void> {
    const rows = this.shown;
    const from = rows.findIndex((row) => row.id === id);
    const passed = rows[from + by];
    if (!this.movable || !passed || passed.pinned !== rows[from]?.pinned) return;
    const before = by === -1 ? passed : rows[from + 2];
    await call(commands.moveAccount(id, before?.id ?? null));
    await this.load();
  }
}
