import { clearMocks, mockIPC, mockWindows } from "@tauri-apps/api/mocks";
import { afterEach } from "vitest";

import type { AccountView, CodeView, CommandError, Listed, Status } from "../src/ipc/bindings";

type Answers = Record<string, (args: never) => unknown>;

/** A device that answers as the test says, and remembers what it was asked. */
export function device(answers: Answers): {
  calls: { command: string; args: unknown }[];
  named: (name: string) => unknown[];
} {
  const calls: { command: string; args: unknown }[] = [];
  mockWindows("main");
  mockIPC(
    (command, args) => {
      calls.push({ command, args });
      const usual: Answers = { first_look: () => firstLook(answers), take_system_language: () => null };
      const answer = answers[command] ?? usual[command];
      if (!answer) throw refusal("unknown-command", command);
      return answer(args as never);
    },
    { shouldMockEvents: true },
  );
  return { calls, named: (name) => calls.filter(({ command }) => command === name).map(({ args }) => args) };
}

/** What the device says first is what it says to each question. */
function firstLook(answers: Answers): unknown {
  const answer = (command: string): unknown => answers[command]?.(undefined as never);
  const status = answer("status") as Status;
  const isOpen = status.stage.stage === "open";
  return { settings: answer("settings"), status, listed: isOpen ? answer("listed") : null };
}

afterEach(() => clearMocks());

export function refusal(code: string, message: string): CommandError {
  return { code, message, remedy: "Try something else." };
}

/** These accounts, and none set aside or in the trash. */
export const listed = (...accounts: AccountView[]): Listed => ({
  view: { accounts, quarantined: [] },
  trash: [],
  notices: [],
});

export function account(change: Partial<AccountView> = {}): AccountView {
  return {
    id: "a",
    issuer: "GitHub",
    name: "maya",
    type: "totp",
    algorithm: "SHA1",
    digits: 6,
    period: 30,
    counter: null,
    tags: [],
    note: "",
    pinned: false,
    serial: null,
    aws: null,
    added: 0,
    last_used: null,
    trashed: null,
    unchecked_since: null,
    practice: false,
    ...change,
  };
}

export function code(id: string, change: Partial<CodeView> = {}): CodeView {
  return {
    id,
    code: "123456",
    next: "654321",
    remaining: 30,
    time_step: 1,
    valid_until: 30,
    used: false,
    ...change,
  };
}

/** Lets everything that was started settle. */
export const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
