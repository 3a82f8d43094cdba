import { sentence } from "./sentence";
import type { CommandError } from "./bindings";

type Outcome<T> = { status: "ok"; data: T } | { status: "error"; error: CommandError };

/** A command that was refused: a stable code, what is so, and what to do next (may be empty). */
export class CommandFailure extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor({ code, message, remedy }: CommandError) {
    super(sentence(message));
    this.name = "CommandFailure";
    this.code = code;
    this.remedy = remedy;
  }
}

/** The data of a command; throws `CommandFailure` where the command was refused. */
export async function call<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const settled = await outcome;
  if (settled.status === "error") throw new CommandFailure(settled.error);
  return settled.data;
}

/** Anything thrown, as a failure that can be shown. */
export function asFailure(cause: unknown): CommandFailure {
  if (cause instanceof CommandFailure) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CommandFailure({ code: "window", message, remedy: "" });
}
