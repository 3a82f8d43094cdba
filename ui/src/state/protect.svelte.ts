import {
  commands,
  type DeedProgress,
  type PolicyFor,
  type ProtectedView,
  type Step,
  type UnfinishedDeed,
} from "../ipc/bindings";
import { asFailure, call, CommandFailure } from "../ipc/call";
import { Deed } from "./deed.svelte";

/** The four steps that a person sees, in their order. */
export const PROTECTING = ["create", "store", "enable", "verify"] as const satisfies readonly Step[];

export type Phase = "ready" | "running" | "done" | "failed";

/** Protecting the user whose credentials these are: one deed, its steps, and what can be done where it stops. */
export class Protect {
  readonly deed = new Deed();
  phase = $state<Phase>("ready");
  result = $state.raw<ProtectedView | null>(null);
  problem = $state.raw<CommandFailure | null>(null);
  /** What was begun in this AWS account and is not finished. */
  unfinished = $state.raw<UnfinishedDeed[]>([]);
  /** The policy that is shown. */
  policy = $state.raw<{ job: PolicyFor; text: string } | null>(null);
  #round = 0;

  /** The enrolment that waits to be gone on with. */
  get waiting(): UnfinishedDeed | null {
    return this.unfinished.find(({ kind }) => kind === "enrolment") ?? null;
  }

  /** The step at which it stopped; nothing where it had not begun. */
  get stoppedAt(): number | null {
    const place = PROTECTING.findIndex((step) => this.deed.steps[step]?.state === "failed");
    return place < 0 ? null : place;
  }

  /** Whether the device that was begun is gone again. */
  get isTakenBack(): boolean {
    return this.deed.steps.delete?.state === "done";
  }

  /** How long all of it took, in seconds. */
  get seconds(): number {
    const times = PROTECTING.map((step) => this.deed.steps[step]?.took ?? 0);
    return times.reduce((sum, took) => sum + took, 0) / 1000;
  }

  hear(progress: DeedProgress): void {
    if (this.phase === "running") this.deed.hear(progress);
  }

  async load(): Promise<void> {
    const round = this.#round;
    const unfinished = await call(commands.awsUnfinished());
    if (round === this.#round) this.unfinished = unfinished;
  }

  /** Enrols a device, or goes on with one that was begun; `other` is a code of a device that is not here. */
  start(other: { serial: string; code: string } | null = null): Promise<void> {
    return this.#run(async (isCurrent) => {
      const result = await call(commands.protect(other));
      // Locked meanwhile, the person is not told: it stays written down, and the same wish gives the same device.
      if (!isCurrent()) return;
      this.result = result;
      this.phase = "done";
      await call(commands.protectTold());
    });
  }

  /** Asks AWS what became of what broke off: it is finished, or taken back. */
  settle(): Promise<void> {
    return this.#run(async (isCurrent) => {
      const settled = await call(commands.settleAws());
      const refused = settled.find(({ error }) => error !== null)?.error;
      if (refused) throw new CommandFailure(refused);
      if (isCurrent()) this.dismiss();
    });
  }

  /** Takes back the enrolment that waits. */
  takeBack(): Promise<void> {
    const { waiting } = this;
    return this.#run(async (isCurrent) => {
      if (waiting) await call(commands.takeBackAws(waiting.serial));
      if (isCurrent()) this.dismiss();
    });
  }

  async showPolicy(job: PolicyFor): Promise<void> {
    this.policy = { job, text: await call(commands.awsPolicy(job)) };
  }

  hidePolicy(): void {
    this.policy = null;
  }

  /** Back to the beginning, once the outcome was seen. */
  dismiss(): void {
    this.phase = "ready";
    this.result = null;
    this.problem = null;
    this.deed.clear();
  }

  clear(): void {
    this.#round += 1;
    this.dismiss();
    this.unfinished = [];
    this.policy = null;
  }

  async #run(deed: (isCurrent: () => boolean) => Promise<void>): Promise<void> {
    if (this.phase === "running") return;
    const round = this.#round;
    const isCurrent = (): boolean => round === this.#round;
    this.deed.clear();
    this.problem = null;
    this.phase = "running";
    try {
      await deed(isCurrent);
    } catch (cause) {
      if (!isCurrent()) return;
      this.problem = asFailure(cause);
      // Where it worked, and only saying so was refused, the device is there all the same.
      if (this.phase === "running") this.phase = "failed";
    }
    if (isCurrent()) await this.load();
  }
}
