import { SvelteSet } from "svelte/reactivity";

import {
  commands,
  type BackupStatus,
  type HeldBackup,
  type Restored,
  type RestoreMode,
  type RestoreRow,
} from "../ipc/bindings";
import { call } from "../ipc/call";
import { SheetRound } from "./sheetRound.svelte";

/** How things stand with backups, and the one that is being restored. Nothing changes before `restore`. */
export class Backups extends SheetRound {
  status = $state.raw<BackupStatus | null>(null);
  held = $state.raw<HeldBackup | null>(null);
  mode = $state<RestoreMode>("merge");
  isExporting = $state(false);
  isMakingKit = $state(false);
  /** The accounts that are the same are listed too. */
  isSameShown = $state(false);
  #chosen = new SvelteSet<number>();
  #locks = 0;

  /** The rows that a merge would take. */
  get chosen(): number[] {
    return this.rows.filter(({ row }) => this.#chosen.has(row)).map(({ row }) => row);
  }

  get rows(): RestoreRow[] {
    return this.held?.preview?.rows ?? [];
  }

  /** The rows in which something differs from what is here. */
  get different(): RestoreRow[] {
    return this.rows.filter(({ finding }) => finding.kind !== "same");
  }

  isChosen(row: number): boolean {
    return this.#chosen.has(row);
  }

  choose(row: number, chosen: boolean): void {
    if (chosen) this.#chosen.add(row);
    else this.#chosen.delete(row);
  }

  async load(): Promise<void> {
    await this.#show(() => call(commands.backupStatus()));
  }

  /** There is another backup, or one could not be made. */
  changed = (): Promise<void> => this.load();

  async backUpNow(): Promise<void> {
    this.isBusy = true;
    try {
      await call(commands.backUpNow());
    } finally {
      this.isBusy = false;
      await this.load();
    }
  }

  setAutomatic = (automatic: boolean): Promise<void> => this.#decide(() => commands.setBackups(automatic));
  setKept = (keep: number): Promise<void> => this.#decide(() => commands.setBackupsKept(keep));
  chooseFolder = (): Promise<void> => this.#decide(() => commands.chooseBackupFolder());

  /** Lets the person choose a backup, and opens the sheet with it. */
  chooseFile = (): Promise<void> => this.#hold(() => call(commands.chooseBackup()));

  /** Opens the sheet with the backup at this path. */
  open = (path: string): Promise<void> => this.#hold(() => call(commands.holdBackup(path)));

  /** Opens the sheet with the backup that was dropped on the window. */
  openHeld = (): Promise<void> => this.#hold(() => call(commands.heldBackup()));

  /** Opens it with what was typed; what is wrong stands in `problem`. */
  async unlock(secret: string): Promise<void> {
    await this.work(async (round) => {
      const held = await call(commands.unlockBackup(secret));
      if (round === this.round) this.#take(held);
    });
  }

  /** Restores what was chosen and closes the sheet; nothing when it was refused, which stands in `problem`. */
  async restore(): Promise<Restored | null> {
    let restored: Restored | null = null;
    await this.work(async (round) => {
      restored = await call(commands.restoreBackup(this.mode, this.chosen));
      if (round === this.round) this.#reset();
    });
    return restored;
  }

  async close(): Promise<void> {
    this.#reset();
    await call(commands.discardBackup());
  }

  /** Nothing of an open store stays once it is locked. */
  clear(): void {
    this.#locks += 1;
    this.status = null;
    this.isExporting = false;
    this.isMakingKit = false;
    this.#reset();
  }

  /** What a refused decision left as it was, and what it changed all the same, is asked for. */
  async #decide(ask: () => ReturnType<typeof commands.chooseBackupFolder>): Promise<void> {
    try {
      await this.#show(() => call(ask()));
    } catch (cause) {
      await this.load();
      throw cause;
    }
  }

  /** An answer that comes after locking is passed over. */
  async #show(ask: () => Promise<BackupStatus | null>): Promise<void> {
    const locks = this.#locks;
    const status = await ask();
    if (status && locks === this.#locks) this.status = status;
  }

  async #hold(ask: () => Promise<HeldBackup | null>): Promise<void> {
    const round = this.round;
    const held = await ask();
    if (!held) return;
    if (round === this.round) this.#take(held);
    // The accounts were locked meanwhile: it is given up there too.
    else if (!this.held) await call(commands.discardBackup());
  }

  #take(held: HeldBackup): void {
    this.held = held;
    this.problem = null;
    this.mode = "merge";
    this.isSameShown = false;
    this.#chosen.clear();
    for (const { row, chosen } of this.rows) if (chosen) this.#chosen.add(row);
  }

  #reset(): void {
    this.endRound();
    this.held = null;
    this.#chosen.clear();
  }
}
