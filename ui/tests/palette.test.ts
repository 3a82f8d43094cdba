import { expect, test } from "vitest";

import { editing } from "../src/state/editing.svelte";
import { windowKey } from "../src/components/frame/keys";
import { search } from "../src/state/search.svelte";
import type { AccountView, AwsChoice, AwsChoices, ConnectionView, Settings } from "../src/ipc/bindings";
import { rowOf } from "../src/state/palette.svelte";
import { actionsOf, keyRows } from "../src/state/registry";
import { Session } from "../src/state/session.svelte";
import { account, code, device, listed, settled } from "./device";
import { member, READ } from "./fleetMember";

const settings: Partial<Settings> = {
  theme: "system",
  hide_codes: false,
  clipboard_seconds: 30,
  sort: "own",
};

const choices: AwsChoices = {
  profiles: [{ name: "prod", role_arn: null, source_profile: null, mfa_serial: null }],
  profiles_problem: null,
  environment: null,
  stored: [],
  practice: ["maya"],
  last: null,
  last_takes_a_code: false,
};

const connection = (choice: AwsChoice): ConnectionView => ({
  choice,
  arn: "arn:aws:iam::123456789012:user/maya",
  account: "123456789012",
  alias: "halden-prod",
  partition: "aws",
  principal: { kind: "user", user: "maya" },
  is_temporary: false,
  region: "us-east-1",
  endpoint: null,
  drift: 0,
});

async function open(accounts: AccountView[], change: Parameters<typeof device>[0] = {}) {
  const asked = device({
    settings: () => settings,
    status: () => ({ stage: { stage: "open" }, store: "keyring", version: "0.1.0" }),
    listed: () => listed(...accounts),
    aws_choices: () => choices,
    discard_preview: () => null,
    codes: ({ ids }: { ids: string[] }) => ids.map((id) => ({ id, code: code(id), error: null })),
    copy_code: () => ({ code_shown: null, clears_after: 30 }),
    lock: () => null,
    ...change,
  });
  const session = new Session();
  await session.start();
  session.stop();
  return { ...asked, session };
}

const press = (session: Session, init: KeyboardEventInit): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { cancelable: true, ...init });
  windowKey(session, event);
  return event;
};

test("the palette finds accounts and actions by any of their words", async () => {
  const { session } = await open([
    account({ id: "a", issuer: "Halden", name: "maya" }),
    account({ id: "b", issuer: "GitHub", name: "maya" }),
  ]);
  const { palette } = session;
  press(session, { key: "k", ctrlKey: true });
  expect(palette.isOpen).toBe(true);
  palette.query = "hal";
  expect(palette.accounts.map(({ id }) => id)).toEqual(["a"]);
  palette.query = "now back";
  expect(palette.accounts).toEqual([]);
  expect(palette.actions.map(({ id }) => id)).toEqual(["back-up"]);
  palette.query = "zzz";
  expect(palette.isEmpty).toBe(true);
});

test("a view whose name is typed comes before what has that word somewhere", async () => {
  const { palette } = (await open([])).session;
  palette.open();
  palette.query = "activity";
  expect(palette.actions.map(({ label }) => label).slice(0, 2)).toEqual(["Activity", expect.any(String)]);
  expect(palette.groups).toEqual(["go", "do"]);
});

test("before anything is typed the palette shows the accounts that were used last, and every action but itself", async () => {
  const { session } = await open([
    account({ id: "never" }),
    account({ id: "early", last_used: 1 }),
    account({ id: "late", last_used: 2 }),
  ]);
  session.palette.open();
  expect(session.palette.accounts.map(({ id }) => id)).toEqual(["late", "early"]);
  const ids = session.palette.actions.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["add", "lock", "view-accounts", "view-settings", "edit"]));
  expect(ids).not.toContain("palette");
});

test("an account of the palette is copied, or its next code, and the palette closes", async () => {
  const { session, named } = await open([account({ id: "a", last_used: 1 })]);
  const { palette } = session;
  palette.open();
  const [row] = palette.accounts;
  if (row) palette.copy(row);
  await settled();
  expect(palette.isOpen).toBe(false);
  palette.open();
  palette.chosen = rowOf("a");
  palette.copyNext();
  await settled();
  expect(named("copy_code")).toEqual([
    { id: "a", which: "current" },
    { id: "a", which: "next" },
  ]);
});

test("a hidden code is not asked for by the palette", async () => {
  const { session, named } = await open([account({ id: "a" })], {
    settings: () => ({ ...settings, hide_codes: true }),
  });
  session.codes.showBeside([account({ id: "a" })]);
  await settled();
  expect(named("codes")).toEqual([]);
  session.codes.hide(false);
  await settled();
  expect(named("codes")).toEqual([{ ids: ["a"] }]);
});

test("locking closes the palette", async () => {
  const { session } = await open([account()], {
    status: () => ({ stage: { stage: "locked" }, store: "keyring", version: "0.1.0" }),
  });
  session.palette.open();
  await session.refresh();
  expect(session.palette.isOpen).toBe(false);
});

test("every key on the sheet of keys does something, and no key stands for two things", async () => {
  const { session } = await open([account({ id: "a" })], { add_clipboard: () => null });
  const rows = keyRows(session).flatMap(({ keys }) => keys);
  expect(rows.length).toBeGreaterThan(8);
  for (const keys of rows) {
    const { session: fresh } = await open([account({ id: "a" })], { add_clipboard: () => null });
    const key = keys.split("+").at(-1) ?? keys;
    expect(press(fresh, { key, ctrlKey: keys.startsWith("Ctrl+") }).defaultPrevented, keys).toBe(true);
    editing.close();
  }
  const all = actionsOf(session).flatMap(({ keys }) => keys ?? []);
  expect(new Set(all).size).toBe(all.length);
});

test("what is typed while the first sheet is loaded is not for the list behind it", async () => {
  const { session } = await open([account({ id: "a" })]);
  const field = document.body.appendChild(document.createElement("input"));
  search.input = field;
  press(session, { key: "h" });
  expect(document.activeElement).toBe(field);
  field.blur();
  press(session, { key: "k", ctrlKey: true });
  expect(press(session, { key: "l" }).defaultPrevented).toBe(false);
  expect(document.activeElement).not.toBe(field);
  expect(press(session, { key: "n", ctrlKey: true }).defaultPrevented).toBe(false);
  expect(session.preview.isOpen).toBe(false);
  search.input = null;
  field.remove();
});

test("keys that are typed into a field stay in the field", async () => {
  const { session } = await open([account({ id: "a" })]);
  const field = document.body.appendChild(document.createElement("input"));
  const pressed: boolean[] = [];
  field.addEventListener("keydown", (event) => {
    windowKey(session, event);
    pressed.push(event.defaultPrevented);
  });
  for (const key of ["/", "?", "v", "z"]) {
    const init = { key, ctrlKey: key === "v" || key === "z", cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", init));
  }
  field.remove();
  expect(pressed).toEqual([false, false, false, false]);
  expect(session.isShowingKeys).toBe(false);
});

const idsOf = (session: Session): string[] => session.palette.actions.map(({ id }) => id);

function run(session: Session, id: string): void {
  const action = session.palette.actions.find((one) => one.id === id);
  if (!action) throw new Error(`the palette has no ${id}`);
  session.palette.run(action);
}

test("the palette connects to AWS, and offers then what needs a connection", async () => {
  const { session, named } = await open([account()], {
    connect_aws: ({ choice }: { choice: AwsChoice }) => connection(choice),
    disconnect_aws: () => null,
    renew_aws_session: () => null,
    aws_sessions: () => [],
  });
  session.palette.open();
  await settled();
  expect(idsOf(session)).toContain("aws-protect");
  expect(idsOf(session).filter((id) => id.startsWith("fleet-") || id === "aws-session")).toEqual([]);
  run(session, "aws-connect-profile-prod");
  await settled();
  expect(session.view).toBe("aws");
  expect(named("connect_aws")).toEqual([{ choice: { kind: "profile", name: "prod" } }]);

  session.palette.open();
  await settled();
  expect(idsOf(session)).not.toContain("aws-connect-profile-prod");
  run(session, "aws-session");
  await settled();
  expect([session.view, session.awsTabs.current]).toEqual(["aws", "sessions"]);
  expect(named("renew_aws_session")).toEqual([{ choice: { kind: "profile", name: "prod" }, serial: null }]);

  session.palette.open();
  run(session, "aws-devices");
  expect(session.awsTabs.current).toBe("devices");
  session.palette.open();
  run(session, "aws-disconnect");
  await settled();
  expect([session.aws.connection, session.aws.chosen]).toEqual([null, null]);
});

test("what is done for a fleet is done from the palette, in the view of the fleet", async () => {
  const users = [member("ada"), member("bo", { mfa: "missing", devices: [], findings: ["no-mfa"] })];
  const { session, named } = await open([account()], {
    connect_aws: ({ choice }: { choice: AwsChoice }) => connection(choice),
    read_fleet: () => ({ several: false, read: READ, accounts: [], unread: [], users }),
    fleet_runs: () => [],
    fleet_devices: () => [],
    plan_sweep: () => ({ orphans: [], failed: [] }),
    save_fleet_report: () => "/home/maya/report.csv",
  });
  await session.aws.connect({ kind: "profile", name: "prod" });
  await session.fleet.follow("maya");
  session.fleet.picks.enter("bo");
  for (const [id, command] of [
    ["fleet-report-csv", "save_fleet_report"],
    ["fleet-sweep", "plan_sweep"],
    ["fleet-lost-phone", "fleet_devices"],
    ["fleet-read-exactly", "read_fleet"],
  ] as const) {
    session.view = "accounts";
    session.palette.open();
    const before = named(command).length;
    run(session, id);
    await settled();
    expect([id, session.view, named(command).length]).toEqual([id, "fleet", before + 1]);
  }
  session.palette.open();
  run(session, "fleet-enrol");
  expect(session.fleet.enrolling.users.map(({ user }) => user)).toEqual(["bo"]);
});
