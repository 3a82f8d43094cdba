import { expect, test } from "vitest";

import type { BackupStatus, HeldBackup, RestoreFinding, RestoreRow } from "../src/ipc/bindings";
import { when } from "../src/components/backup/when";
import { Backups } from "../src/state/backups.svelte";
import { device, refusal, settled } from "./device";

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
const differs = row(1, { kind: "changed", id: "a", differences: [{ kind: "tags" }] }, false);
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
      if (tries === 1) throw refusal("backup-passphrase-wrong", "the passphrase does not open this file");
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

/** The sheet of a closed backup, whose passphrase is being tried until `answer` is called. */
async function trying() {
  let answer: (held: HeldBackup) => void = () => {};
  device({
    held_backup: () => closed,
    discard_backup: () => null,
    unlock_backup: () => new Promise<HeldBackup>((resolve) => (answer = resolve)),
  });
  const backups = new Backups();
  await backups.openHeld();
  const unlocking = backups.unlock("right");
  await settled();
  return { backups, answer: () => (answer(held([back])), unlocking) };
}

test("a sheet that was cancelled while a passphrase was tried stays closed", async () => {
  const { backups, answer } = await trying();
  await backups.close();
  await answer();
  expect(backups.held).toBeNull();
});

test("a window that was locked while a passphrase was tried shows no code of the backup", async () => {
  const { backups, answer } = await trying();
  backups.clear();
  await answer();
  expect(backups.rows).toEqual([]);
});

test("a backup can be opened while the passphrase of one that was given up is still tried", async () => {
  const { backups, answer } = await trying();
  await backups.close();
  await backups.openHeld();
  expect(backups.isBusy).toBe(false);
  await answer();
  expect(backups.held).toEqual(closed);
});

test("a backup that is chosen while the accounts are locked is given up", async () => {
  let answer: (held: HeldBackup) => void = () => {};
  const { named } = device({
    choose_backup: () => new Promise<HeldBackup>((resolve) => (answer = resolve)),
    discard_backup: () => null,
  });
  const backups = new Backups();
  const choosing = backups.chooseFile();
  await settled();
  backups.clear();
  answer(held([back]));
  await choosing;
  expect(backups.held).toBeNull();
  expect(named("discard_backup")).toHaveLength(1);
});

test("after a refused decision the window shows what the device has", async () => {
  const status: BackupStatus = {
    automatic: true,
    folder: "/mnt/gone",
    keep: 30,
    kit: null,
    last: null,
    failure: null,
    lacks: [],
    generations: [],
  };
  device({
    set_backups: () => {
      throw refusal("backup-folder-missing", "The folder is not there.");
    },
    backup_status: () => status,
  });
  const backups = new Backups();
  await expect(backups.setAutomatic(true)).rejects.toThrow("The folder is not there.");
  expect(backups.status).toEqual(status);
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
