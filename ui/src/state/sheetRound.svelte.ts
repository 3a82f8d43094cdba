import { asFailure, type CommandFailure } from "../ipc/call";

/** A sheet that asks the shell for things. Closing it ends the round: an answer that comes later changes nothing. */
export class SheetRound {
  problem = $state.raw<CommandFailure | null>(null);
  isBusy = $state(false);
  protected round = 0;

  /** Does something in this round; what is wrong stands in `problem`. */
  protected async work(deed: (round: number) => Promise<void>): Promise<void> {
    const round = this.round;
    this.isBusy = true;
    this.problem = null;
    try {
      await deed(round);
    } catch (cause) {
      if (round === this.round) this.problem = asFailure(cause);
    } finally {
      if (round === this.round) this.isBusy = false;
    }
  }

  protected endRound(): void {
    this.round += 1;
    this.isBusy = false;
    this.problem = null;
  }
}
