import { commands, type AccountId, type PairCode, type PairView } from "../ipc/bindings";
import { call } from "../ipc/call";

/** Two codes for the console, held still until their time is over, so that nobody types half of one pair. */
export class Pair {
  account = $state<AccountId | null>(null);
  view = $state.raw<PairView | null>(null);
  /** Shown to be typed, refused by AWS, or taken by it. */
  state = $state<"shown" | "refused" | "taken">("shown");
  now = $state(0);
  #round = 0;

  /** Seconds until the pair is no longer good. */
  get left(): number {
    return Math.max(0, (this.view?.submit_before ?? 0) - this.now);
  }

  async open(account: AccountId): Promise<void> {
    this.account = account;
    await this.#next();
  }

  /** A pair whose time is over makes way for the next one. */
  async tick(now: number): Promise<void> {
    this.now = now;
    if (this.account && this.view && this.state !== "taken" && this.left === 0) await this.#next();
  }

  async copy(which: PairCode): Promise<number | null> {
    if (!this.account || !this.view || this.state !== "shown") return null;
    return await call(commands.copyPairCode(this.account, this.view.step, which));
  }

  /** AWS took it: its codes are not offered again. */
  async taken(): Promise<void> {
    if (!this.account || !this.view) return;
    await call(commands.pairTaken(this.account, this.view.step));
    this.state = "taken";
  }

  /** AWS refused it: the same pair will not do, and the next one comes when its time is over. */
  refused(): void {
    this.state = "refused";
  }

  /** Another pair, after one that was taken. */
  async again(): Promise<void> {
    if (this.account) await this.#next();
  }

  clear(): void {
    this.#round += 1;
    this.account = null;
    this.view = null;
    this.state = "shown";
  }

  async #next(): Promise<void> {
    const { account } = this;
    const round = ++this.#round;
    if (!account) return;
    const view = await call(commands.pair(account));
    if (round !== this.#round) return;
    this.view = view;
    this.state = "shown";
  }
}
