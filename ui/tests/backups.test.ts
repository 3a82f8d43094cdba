import { expect, test } from "vitest";

import type { HeldBackup, RestoreFinding, RestoreRow } from "../src/ipc/bindings";
import { when } from "../src/components/backup/when";
import { Backups } from "../src/state/backups.svelte";
import { device, refusal } from "./device";

function row(number: number, finding: RestoreFinding, chosen: boolean): RestoreRow {
  return {
    row: number,
    issuer: "GitHub",
    name: "maya",
    type: "totp",
    aws: null,
    code: "123456",
    finding,
    chosen,
  };
}

const held = (rows: RestoreRow[]): HeldBackup => ({
  name: "mine.age",
  needs: null,
  preview: { created: 1, rows, damaged: [], lacks: [], only_here: [] },
});

const closed: HeldBackup = { name: "mine.age", needs: "passphrase", preview: null };
const back = row(0, { kind: "new", trashed: false }, true);
const differs = row(1, { kind: "changed", id: "a", differences: ["other tags"] }, false);
const same = row(2, { kind: "same", id: "b" }, false);

test("what comes back is chosen, what differs is shown and left, what is the same is not listed", async () => {
  device({ hold_backup: () => held([back, differs, same]) });
  const backups = new Backups();
  await backups.open("/mine.age");
  expect(backups.chosen).toEqual([0]);
  expect(backups.different).toEqual([back, differs]);
});

test("only the rows that a person ticked are restored, in the way that was chosen", async () => {
  const { named } = device({
    hold_backup: () => held([back, differs]),
    restore_backup: () => ({ rows: [], trashed: [], before: null }),
  });
  const backups = new Backups();
  await backups.open("/mine.age");
  backups.choose(0, false);
  backups.choose(1, true);
  backups.mode = "replace";
  await backups.restore();
  expect(named("restore_backup")).toEqual([{ mode: "replace", rows: [1] }]);
  expect(backups.held).toBeNull();
});

test("a wrong passphrase is said, and the backup can be tried again", async () => {
  let tries = 0;
  device({
    held_backup: () => closed,
    unlock_backup: () => {
      tries += 1;
      if (tries === 1) throw refusal("backup-passphrase-wrong", "the passphrase does not open this backup");
      return held([back]);
    },
  });
  const backups = new Backups();
  await backups.openHeld();
  expect(backups.held?.needs).toBe("passphrase");
  await backups.unlock("wrong");
  expect(backups.problem?.code).toBe("backup-passphrase-wrong");
  await backups.unlock("right");
  expect(backups.problem).toBeNull();
  expect(backups.chosen).toEqual([0]);
});

test("a refused restore keeps the sheet and what was chosen", async () => {
  device({
    hold_backup: () => held([back]),
    restore_backup: () => {
      throw refusal("folder-full", "no space");
    },
  });
  const backups = new Backups();
  await backups.open("/mine.age");
  expect(await backups.restore()).toBeNull();
  expect(backups.problem?.code).toBe("folder-full");
  expect(backups.chosen).toEqual([0]);
});

test("closing and locking give the backup up", async () => {
  const { named } = device({ hold_backup: () => held([back]), discard_backup: () => null });
  const backups = new Backups();
  await backups.open("/mine.age");
  await backups.close();
  expect(named("discard_backup")).toHaveLength(1);
  await backups.open("/mine.age");
  backups.clear();
  expect(backups.held).toBeNull();
  expect(backups.status).toBeNull();
});

test("a moment is said by its day as people say it", () => {
  const now = new Date(2026, 2, 2, 12);
  const at = (date: Date): string => when(date.getTime() / 1000, now);
  expect(at(new Date(2026, 2, 2, 9, 5))).toBe("today, 09:05");
  expect(at(new Date(2026, 2, 1, 23, 59))).toBe("yesterday, 23:59");
  expect(at(new Date(2026, 1, 20, 10, 3))).toBe("Feb 20, 10:03");
  expect(at(new Date(2025, 1, 20, 10, 3))).toBe("Feb 20, 2025, 10:03");
});
