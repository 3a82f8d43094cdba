import { commands, type AddedView, type HeldHandOff } from "../ipc/bindings";
import { asFailure, call } from "../ipc/call";
import { SheetRound } from "./sheetRound.svelte";

/** The device that an administrator enrolled for the person and that came as a file. Nothing is stored before `add`. */
export class HandOff extends SheetRound {
  held = $state.raw<HeldHandOff | null>(null);
  /** What became of it, once it was added. */
  added = $state.raw<AddedView | null>(null);
  #refreshing = false;

  /** Opens the sheet with the file that was handed over. */
  async openHeld(): Promise<void> {
    const round = this.round;
    const held = await call(commands.heldHandOff());
    if (round === this.round) this.#take(held);
    // The accounts were locked meanwhile: it is given up there too.
    else if (!this.held) await call(commands.discardHandOff());
  }

  /** Opens the file with what was typed; what is wrong stands in `problem`. */
  unlock = (passphrase: string): Promise<void> => this.#open(() => call(commands.unlockHandOff(passphrase)));

  /** Lets the person choose the file of a key, and opens the hand-off with it. */
  chooseIdentity = (): Promise<void> => this.#open(() => call(commands.chooseIdentity()));

  /** Stores the account; the sheet stays, to say what is to be done next. */
  async add(): Promise<void> {
    await this.work(async (round) => {
      const added = await call(commands.addHandOff());
      if (round === this.round) this.added = added;
    });
  }

  /** One second went by: a code that ended is asked for anew. */
  async tick(now: number): Promise<void> {
    const until = this.held?.device?.found.valid_until ?? null;
    if (until === null || until > now || this.added || this.isBusy || this.#refreshing) return;
    this.#refreshing = true;
    const round = this.round;
    try {
      const held = await call(commands.heldHandOff());
      if (round === this.round && !this.added) this.held = held;
    } catch (cause) {
      if (round === this.round && !this.added) this.problem = asFailure(cause);
    } finally {
      this.#refreshing = false;
    }
  }

  async close(): Promise<void> {
    this.clear();
    await call(commands.discardHandOff());
  }

  /** Nothing of it stays once the accounts are locked. */
  clear(): void {
    this.endRound();
    this.held = null;
    this.added = null;
  }

  async #open(ask: () => Promise<HeldHandOff | null>): Promise<void> {
    await this.work(async (round) => {
      const held = await ask();
      if (held && round === this.round) this.#take(held);
    });
  }

  #take(held: HeldHandOff): void {
    this.held = held;
    this.added = null;
    this.problem = null;
  }
}
