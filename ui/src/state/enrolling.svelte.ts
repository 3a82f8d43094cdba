import { commands, type Begun, type ChosenUser, type EnrolPlan } from "../ipc/bindings";
import { call } from "../ipc/call";
import { WayForm } from "./handOffWay.svelte";
import { SheetRound } from "./sheetRound.svelte";

/** Enrolling the users that were chosen: said how, looked at, begun. */
export class Enrolling extends SheetRound {
  isOpen = $state(false);
  users = $state.raw<ChosenUser[]>([]);
  plan = $state.raw<EnrolPlan | null>(null);
  readonly form = new WayForm();
  /** What was said when the plan was made. */
  #planned = $state("");

  /** The plan, as long as nothing else was said since. */
  get current(): EnrolPlan | null {
    return this.plan !== null && this.#planned === JSON.stringify(this.form.way) ? this.plan : null;
  }

  open(users: ChosenUser[]): void {
    this.users = users;
    this.isOpen = true;
  }

  /** Looks what would be done; what is wrong stands in `problem`. */
  async look(): Promise<void> {
    if (!this.form.isComplete || this.isBusy) return;
    const said = JSON.stringify(this.form.way);
    await this.work(async (round) => {
      const plan = await call(commands.planEnrolling(this.users, this.form.way));
      if (round !== this.round) return;
      this.plan = plan;
      this.#planned = said;
    });
  }

  /** How many would be enrolled, in all accounts. */
  get count(): number {
    return this.current?.accounts.reduce((sum, { enrol }) => sum + enrol.length, 0) ?? 0;
  }

  /** Begins what was looked at; what the run is called, or nothing where it was refused. */
  async begin(): Promise<Begun | null> {
    let begun: Begun | null = null;
    if (this.isBusy || this.count === 0) return null;
    await this.work(async (round) => {
      begun = await call(commands.beginEnrolling());
      if (round === this.round) this.clear();
    });
    // A plan is used up, also by a refusal.
    if (begun === null) this.plan = null;
    return begun;
  }

  async close(): Promise<void> {
    this.clear();
    await call(commands.discardPlan());
  }

  clear(): void {
    this.endRound();
    this.isOpen = false;
    this.users = [];
    this.plan = null;
  }
}
