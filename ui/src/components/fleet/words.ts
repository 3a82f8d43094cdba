import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import ShieldQuestionMark from "@lucide/svelte/icons/shield-question-mark";
import ShieldX from "@lucide/svelte/icons/shield-x";
import type { Component } from "svelte";
import type {
  DeviceKind,
  FleetMember,
  FleetRunUser,
  FleetUse,
  LeftOutReason,
  OrphanFate,
  SealedTo,
} from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";
import { capital } from "../../state/dates";
import { inFull } from "../../state/refusals";
import { when } from "../backup/when";

/** An account by its name, where it has one, and its number. */
export function accountOf({ account, name }: { account: string; name: string | null }): string {
  return name === null ? account : `${name} (${account})`;
}

export type Said = { tone: "danger" | "warning" | "positive" | "muted"; icon: Component; text: string };

const KINDS: Record<DeviceKind, () => string> = {
  virtual: m.fleet_kind_virtual,
  hardware: m.fleet_kind_hardware,
  fido: m.fleet_kind_fido,
  sms: m.fleet_kind_sms,
  unknown: m.fleet_kind_other,
};

export function kindOf(kind: DeviceKind): string {
  return KINDS[kind]();
}

/** How a user is protected. What could not be found out is never said to be nothing. */
export function protectionOf({ mfa, devices, findings }: FleetMember): Said {
  if (mfa === "missing") return { tone: "danger", icon: ShieldX, text: m.fleet_no_device() };
  if (mfa === "unknown") return { tone: "muted", icon: ShieldQuestionMark, text: m.fleet_unknown() };
  if (findings.includes("only-sms")) return { tone: "warning", icon: ShieldAlert, text: m.fleet_only_sms() };
  if (findings.includes("hand-off-not-rotated")) {
    return { tone: "warning", icon: ShieldAlert, text: m.fleet_not_rotated() };
  }
  const kinds = [...new Set(devices.map(({ kind }) => kindOf(kind)))].join(", ");
  const text = devices.length > 1 ? m.fleet_devices({ count: devices.length, kinds }) : kinds;
  return { tone: "positive", icon: ShieldCheck, text: text || m.fleet_active() };
}

export function lastUse(used: FleetUse): string {
  if (used.kind === "at") return capital(when(used.seconds));
  return used.kind === "never" ? m.fleet_never() : m.fleet_unknown();
}

/** Access keys that can be used, and how old the oldest is. */
export function accessOf({ active_access, oldest_access_days }: FleetMember): string {
  if (active_access === null) return m.fleet_unknown();
  if (active_access === 0) return m.fleet_access_none();
  const count = m.fleet_access_active({ count: active_access });
  if (oldest_access_days === null) return count;
  const age = oldest_access_days === 0 ? m.fleet_days_none() : m.fleet_days({ count: oldest_access_days });
  return `${count} · ${age}`;
}

export function sealedTo(to: SealedTo): string {
  if (to.kind === "passphrase") return m.fleet_sealed_passphrase();
  if (to.kind === "generated") return m.fleet_sealed_generated();
  return to.kind === "ssh"
    ? m.fleet_sealed_ssh({ count: to.recipients })
    : m.fleet_sealed_age({ count: to.recipients });
}

const REASONS: Record<LeftOutReason, () => string> = {
  caller: m.fleet_left_caller,
  "has-device": m.fleet_left_has,
  unknown: m.fleet_left_unknown,
  "no-key": m.fleet_left_no_key,
  "no-user": m.fleet_left_no_user,
};

export function reasonOf(reason: LeftOutReason): string {
  return REASONS[reason]();
}

export function outcomeOf({ outcome, hand_off, problem }: FleetRunUser, isRunning: boolean): string {
  if (outcome === "failed" && problem) return inFull(problem);
  if (outcome === "failed") return m.fleet_run_failed();
  if (outcome === "already-had") return m.fleet_run_had();
  if (outcome === "enrolled")
    return hand_off ? m.fleet_run_enrolled_in({ file: hand_off }) : m.fleet_run_enrolled();
  return isRunning ? m.fleet_run_waiting() : m.fleet_run_open();
}

const FATES: Record<OrphanFate, () => string> = {
  goes: m.fleet_fate_goes,
  "under-way": m.fleet_fate_under_way,
  "seed-here": m.fleet_fate_seed_here,
  deleted: m.fleet_fate_deleted,
  gone: m.fleet_fate_gone,
  assigned: m.fleet_fate_assigned,
  failed: m.fleet_fate_failed,
};

export function fateOf(fate: OrphanFate): string {
  return FATES[fate]();
}

/** How long, in words that do not promise more than is known. */
export function left(seconds: number): string {
  if (seconds < 100) return m.fleet_left_seconds({ count: Math.max(1, Math.ceil(seconds / 5) * 5) });
  return m.fleet_left_minutes({ count: Math.ceil(seconds / 60) });
}
