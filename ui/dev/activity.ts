import type { ActivityRow, ActivityView, Deed } from "../src/ipc/bindings";

type Sample = [hours: number, deed: Deed, name: string | null, count?: number];

const SAMPLES: Sample[] = [
  [0.1, "added", "halden-sandbox"],
  [0.1, "backed-up", null, 42],
  [0.5, "code-taken", "halden-staging"],
  [5, "code-shown", "Proton"],
  [5.1, "unlocked", null],
  [22, "edited", "Netbird"],
  [24, "qr-shown", "GitHub"],
  [24.2, "locked", null],
  [30, "removed", "Bundesamt für Logistik und Mobilität – Elektronischer Frachtbrief"],
];

/** What was done in the hours before `now`. */
export function sampleActivity(now: number): ActivityView {
  const rows = SAMPLES.map(([hours, deed, name, count]): ActivityRow => {
    const time = Math.floor(now - hours * 3600);
    return { kind: "here", time, via: "window", deed, account: null, name, count: count ?? null };
  });
  const rotated: ActivityRow = {
    kind: "aws",
    time: now - 6 * 3600,
    by: "arn:aws:iam::123456789012:user/maya.lindqvist",
    operation: "EnableMFADevice",
    device: "arn:aws:iam::123456789012:mfa/maya.lindqvist-2",
    user: "maya.lindqvist",
    outcome: "refused",
    reason: "AccessDenied",
    request_id: null,
  };
  return { rows: [...rows.slice(0, 5), rotated, ...rows.slice(5)], total: rows.length + 1 };
}
