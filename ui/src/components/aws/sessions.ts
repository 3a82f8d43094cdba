import type { AwsChoice, AwsSession } from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";

export type Standing = "live" | "ending" | "ended";

/** The last tenth of an hour is near the end. */
const ENDING_S = 6 * 60;

export function leftOf({ expiration }: AwsSession, now: number): number {
  return Math.max(0, (expiration ?? 0) - now);
}

export function standingOf(session: AwsSession, now: number): Standing {
  const left = leftOf(session, now);
  if (left === 0) return "ended";
  return left <= ENDING_S ? "ending" : "live";
}

/** `10 h 42 min`, `38 min`, `less than a minute`. */
export function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return m.span_moment();
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return m.span_minutes({ minutes });
  return minutes % 60 === 0 ? m.span_hours({ hours }) : m.span_both({ hours, minutes: minutes % 60 });
}

/** What tells the sessions of two choices apart. */
export function keyOf(choice: AwsChoice): string {
  return choice.kind === "environment" ? choice.kind : `${choice.kind} ${choice.name}`;
}

/** The profile that a session's tools would be told of: its own, where its keys stand elsewhere. */
export function suggestedProfile({ choice }: AwsSession): string {
  return choice.kind === "environment" ? "lockstep" : `${choice.name}-mfa`;
}
