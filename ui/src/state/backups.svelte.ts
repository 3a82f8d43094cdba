import { SvelteSet } from "svelte/reactivity";

import {
  commands,
  type BackupStatus,
  type HeldBackup,
  type Restored,
  type RestoreMode,
  type RestoreRow,
} from "../ipc/bindings";
import { asFailure, call, type CommandFailure } from "../ipc/call";

/** How things stand with backups, and the one that is being restored. Nothing changes before `restore`. */
export class Backups {
  status = $state.raw<BackupStatus | null>(null);
  held = $state.raw<HeldBackup | null>(null);
  problem = $state.raw<CommandFailure | null>(null);
  mode = $state<RestoreMode>("merge");
  isBusy = $state(false);
  isExporting = $state(false);
  #chosen = new SvelteSet<number>();

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
    this.status = await call(commands.backupStatus());
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

  async setAutomatic(automatic: boolean): Promise<void> {
    this.status = await call(commands.setBackups(automatic));
  }

  async chooseFolder(): Promise<void> {
    this.status = (await call(commands.chooseBackupFolder())) ?? this.status;
  }

  /** Lets the person choose a backup, and opens the sheet with it. */
  async chooseFile(): Promise<void> {
    const held = await call(commands.chooseBackup());
    if (held) this.#take(held);
  }

  /** Opens the sheet with the backup at this path. */
  async open(path: string): Promise<void> {
    this.#take(await call(commands.holdBackup(path)));
  }

  /** Opens the sheet with the backup that was dropped on the window. */
  async openHeld(): Promise<void> {
    this.#take(await call(commands.heldBackup()));
  }

  /** Opens it with what was typed; what is wrong stands in `problem`. */
  async unlock(secret: string): Promise<void> {
    this.isBusy = true;
    this.problem = null;
    try {
      this.#take(await call(commands.unlockBackup(secret)));
    } catch (cause) {
      this.problem = asFailure(cause);
    } finally {
      this.isBusy = false;
    }
  }

  /** Restores what was chosen and closes the sheet; nothing when it was refused, which stands in `problem`. */
  async restore(): Promise<Restored | null> {
    this.isBusy = true;
    this.problem = null;
    try {
      const restored = await call(commands.restoreBackup(this.mode, this.chosen));
      this.#reset();
      return restored;
    } catch (cause) {
      this.problem = asFailure(cause);
      return null;
    } finally {
      this.isBusy = false;
    }
  }

  async close(): Promise<void> {
    this.#reset();
    await call(commands.discardBackup());
  }

  /** Nothing of an open store stays once it is locked. */
  clear(): void {
    this.status = null;
    this.isExporting = false;
    this.#reset();
  }

  #take(held: HeldBackup): void {
    this.held = held;
    this.problem = null;
    this.mode = "merge";
    this.#chosen.clear();
    for (const { row, chosen } of this.rows) if (chosen) this.#chosen.add(row);
  }

  #reset(): void {
    this.held = null;
    this.problem = null;
    this.#chosen.clear();
  }
}
