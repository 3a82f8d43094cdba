import { m } from "../../paraglide/messages.js";
import type { Step } from "../../ipc/bindings";
import { inShort } from "../../state/refusals";
import { PROTECTING, type Protect } from "../../state/protect.svelte";
import type { StepItem } from "../shared/Steps.svelte";
import { waiting } from "./awaited";

type Shown = (typeof PROTECTING)[number];

const NAMES: Record<Shown, () => string> = {
  create: m.step_create,
  store: m.step_store,
  enable: m.step_enable,
  verify: m.step_verify,
};

const BEFORE: Record<Shown, () => string> = {
  create: m.protect_create_before,
  store: m.protect_store_before,
  enable: m.protect_enable_before,
  verify: m.protect_verify_before,
};

const AFTER: Record<Shown, () => string> = {
  create: m.protect_create_after,
  store: m.protect_store_after,
  enable: m.protect_enable_after,
  verify: m.protect_verify_after,
};

/** The four steps with what is known of each. */
export function protectSteps(protect: Protect): StepItem[] {
  return PROTECTING.map((step) => item(step, protect));
}

/** Seconds as a person reads them beside a step. */
export function taken(milliseconds: number): string {
  return m.step_took({ seconds: (milliseconds / 1000).toFixed(1) });
}

function item(step: Shown, { deed, problem, result }: Protect): StepItem {
  const told = deed.steps[step];
  const name = NAMES[step]();
  if (told?.state === "active") {
    const { waits } = deed;
    const detail = waits ? waiting(waits) : BEFORE[step]();
    return { name, state: "active", detail };
  }
  if (told?.state === "failed") {
    const unproven = result?.proof.kind === "failed" ? { ...result.proof.why, remedy: "" } : null;
    const why = problem ?? unproven;
    return {
      name,
      state: "failed",
      detail: why ? inShort(why) : "",
      ...time(told.took),
    };
  }
  if (told?.state === "done" || told?.state === "already") {
    const serial = step === "create" ? (result?.serial ?? null) : null;
    return {
      name,
      state: "done",
      detail: serial ?? AFTER[step](),
      isLiteral: serial !== null,
      ...time(told.took),
    };
  }
  if (told?.state === "skipped") return { name, state: "done", detail: m.protect_verify_skipped() };
  return { name, state: "waiting", detail: BEFORE[step]() };
}

function time(took: number | null): { time?: string } {
  return took === null ? {} : { time: taken(took) };
}

/** Steps of other deeds, in a few words. */
export const DEED_STEPS: Record<Step, () => string> = {
  ...NAMES,
  tag: m.step_tag,
  session: m.step_session,
  resync: m.step_resync,
  deactivate: m.step_deactivate,
  delete: m.step_delete,
  discard: m.step_discard,
};
