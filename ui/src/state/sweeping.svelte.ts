import { commands, type AccountProblem, type OrphanView } from "../ipc/bindings";
import { call } from "../ipc/call";
import { SheetRound } from "./sheetRound.svelte";

/** Devices that are nobody's: shown, then deleted. */
export class Sweeping extends SheetRound {
  isOpen = $state(false);
  orphans = $state.raw<OrphanView[] | null>(null);
  /** The accounts in which nothing could be looked for, and why. */
  failed = $state.raw<AccountProblem[]>([]);
  isDone = $state(false);

  /** Those that would go. */
  get doomed(): number {
    return this.isDone ? 0 : (this.orphans?.filter(({ fate }) => fate === "goes").length ?? 0);
  }

  async open(): Promise<void> {
    this.clear();
    this.isOpen = true;
    await this.work(async (round) => {
      const { orphans, failed } = await call(commands.planSweep());
      if (round !== this.round) return;
      this.orphans = orphans;
      this.failed = failed;
    });
  }

  async sweep(): Promise<void> {
    if (this.doomed === 0 || this.isBusy) return;
    await this.work(async (round) => {
      const { orphans, failed } = await call(commands.sweepFleet());
      if (round !== this.round) return;
      this.orphans = orphans;
      this.failed = [...this.failed, ...failed];
      this.isDone = true;
    });
  }

  clear(): void {
    this.endRound();
    this.isOpen = false;
    this.orphans = null;
    this.failed = [];
    this.isDone = false;
  }
}
