import type { FleetMember } from "../src/ipc/bindings";

export const DAY = 86_400;
export const READ = 1_795_000_000;

/** A user with a virtual device, seen a day ago. */
export function member(user: string, change: Partial<FleetMember> = {}): FleetMember {
  return {
    account: "111122223333",
    user,
    path: "/staff/",
    is_caller: false,
    console: false,
    seen: { kind: "at", seconds: READ - DAY },
    mfa: "there",
    devices: [{ serial: `arn:mfa/${user}`, kind: "virtual", enabled: 1, is_here: false }],
    devices_complete: true,
    active_access: 0,
    oldest_access_days: null,
    findings: [],
    ...change,
  };
}
