import type { Awaited, DeedProgress, NoticeView, Step, StepOutcome } from "../ipc/bindings";

export type StepState = { state: "active" | StepOutcome; took: number | null };

/** What is told of the deed in AWS that is under way: its steps, what is waited for, what is remarked. */
export class Deed {
  steps = $state.raw<Partial<Record<Step, StepState>>>({});
  waits = $state.raw<{ seconds: number; whatFor: Awaited } | null>(null);
  notes = $state.raw<NoticeView[]>([]);

  hear(progress: DeedProgress): void {
    if (progress.kind === "waits") {
      this.waits = { seconds: progress.seconds, whatFor: progress.what_for };
      return;
    }
    if (progress.kind === "note") {
      this.notes = [...this.notes, progress.note];
      return;
    }
    this.waits = null;
    const { step } = progress;
    const told: StepState =
      progress.kind === "begins"
        ? { state: "active", took: null }
        : { state: progress.outcome, took: this.#took(step, progress.took) };
    this.steps = { ...this.steps, [step]: told };
  }

  clear(): void {
    this.steps = {};
    this.waits = null;
    this.notes = [];
  }

  /** A step that ended without having begun took no time that was measured. */
  #took(step: Step, milliseconds: number): number | null {
    return this.steps[step] ? milliseconds : null;
  }
}
