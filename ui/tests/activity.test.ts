import { expect, test } from "vitest";

import { outcome, sentence, via } from "../src/state/activityWords";
import type { ActivityRow, Deed } from "../src/ipc/bindings";
import { ActivityState } from "../src/state/activity.svelte";
import { segments } from "../src/state/rich";
import { device, settled } from "./device";

const DEEDS: Deed[] = [
  "added",
  "edited",
  "removed",
  "restored",
  "purged",
  "code-taken",
  "counter-moved",
  "code-shown",
  "qr-shown",
  "exported",
  "backed-up",
  "backup-written",
  "kit-made",
  "backup-restored",
  "unlocked",
  "locked",
];

function here(deed: Deed, change: Partial<Extract<ActivityRow, { kind: "here" }>> = {}): ActivityRow {
  return {
    kind: "here",
    time: 0,
    via: "window",
    deed,
    account: null,
    name: "Halden",
    count: null,
    ...change,
  };
}

function aws(operation: string, change: Partial<Extract<ActivityRow, { kind: "aws" }>> = {}) {
  const device = "arn:aws:iam::123456789012:mfa/maya-1";
  const known = { kind: "aws" as const, time: 0, by: "arn", operation, device, user: "maya" };
  return { ...known, outcome: "done", reason: null, request_id: null, ...change };
}

const plain = (row: ActivityRow): string =>
  segments(sentence(row))
    .map(({ text }) => text)
    .join("")
    .replace(/[\u2068\u2069]/g, "");

test("the rows stand by their day and by what they are about", async () => {
  const at = (day: number, hour: number): number => new Date(2026, 1, day, hour).getTime() / 1000;
  device({
    activity: () => ({
      rows: [
        here("code-taken", { time: at(20, 9) }),
        here("added", { time: at(20, 0) }),
        here("code-shown", { time: at(19, 23) }),
        aws("EnableMFADevice", { time: at(18, 12) }),
      ],
      total: 9,
    }),
  });
  const activity = new ActivityState();
  await activity.load();
  expect(activity.days.map(({ rows }) => rows.length)).toEqual([2, 1, 1]);
  expect(activity.more).toBe(5);
  activity.kind = "codes";
  expect(activity.days.map(({ rows }) => rows.length)).toEqual([1, 1]);
  activity.kind = "aws";
  expect(activity.days.map(({ rows }) => rows.length)).toEqual([1]);
});

test("an answer that comes after locking is passed over", async () => {
  device({ activity: () => ({ rows: [here("added")], total: 1 }) });
  const activity = new ActivityState();
  const loading = activity.load();
  activity.clear();
  await loading;
  await settled();
  expect(activity.rows).toEqual([]);
  expect(activity.loaded).toBe(false);
});

test("every deed is a sentence with one thing in it made strong", () => {
  for (const deed of DEEDS) {
    const pieces = segments(sentence(here(deed, { count: deed === "added" ? null : 2 })));
    expect(
      pieces.filter(({ strong }) => strong),
      deed,
    ).toHaveLength(1);
  }
  expect(plain(here("code-taken"))).toBe("Copied a code of Halden");
  expect(plain(here("code-taken", { via: "command-line" }))).toBe("Gave out a code of Halden");
  expect(plain(here("code-taken", { via: "tray" }))).toBe("Copied a code of Halden");
  expect([via(here("locked")), via(here("locked", { via: "tray" }))]).toEqual(["window", "tray"]);
  expect(plain(here("added", { count: 3 }))).toBe("Added 3 accounts");
  expect(plain(here("purged", { name: null }))).toBe("Deleted an account that is gone");
});

test("a change in AWS names its device and user, and says where it was refused", () => {
  expect(plain(aws("EnableMFADevice"))).toBe("Enabled maya-1 for maya");
  expect(plain(aws("SomethingNew"))).toBe("SomethingNew maya-1");
  expect(outcome(aws("EnableMFADevice"))).toBe("");
  expect(outcome(aws("EnableMFADevice", { outcome: "refused" }))).toBe("refused");
});

test("a search looks at what happened, to what, through what, and at what AWS was asked", async () => {
  device({
    activity: () => ({
      rows: [
        here("code-taken", { via: "tray" }),
        here("locked", { name: null }),
        aws("EnableMFADevice", { outcome: "refused", reason: "not authorized" }),
        aws("TagMFADevice", { device: "arn:aws:iam::123456789012:mfa/tova-1", user: null }),
      ],
      total: 4,
    }),
  });
  const activity = new ActivityState();
  await activity.load();
  const found = (query: string): string[] => {
    activity.query = query;
    const rows = activity.days.flatMap(({ rows }) => rows);
    return rows.map((row) => (row.kind === "aws" ? row.operation : row.deed));
  };
  expect(found("HALDEN copied")).toEqual(["code-taken"]);
  expect(found("tray")).toEqual(["code-taken"]);
  expect(found("maya")).toEqual(["EnableMFADevice"]);
  expect(found("mfa/tova")).toEqual(["TagMFADevice"]);
  expect(found("not authorized")).toEqual(["EnableMFADevice"]);
  expect(found("enablemfa")).toEqual(["EnableMFADevice"]);
  expect(found("nobody")).toEqual([]);
  activity.kind = "codes";
  expect(found("maya")).toEqual([]);
  activity.clear();
  expect(activity.query).toBe("");
});
