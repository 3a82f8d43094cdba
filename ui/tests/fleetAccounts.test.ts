import { expect, test } from "vitest";

import type { FleetAccount, FleetMember, FleetView, NamedAccount } from "../src/ipc/bindings";
import { Fleet } from "../src/state/fleet.svelte";
import { device, refusal, settled } from "./device";
import { member, READ } from "./fleetMember";

const STAGING = "210987654321";
const LAB = "444455556666";

const account = (id: string, name: string | null): FleetAccount => ({
  account: id,
  name,
  report_made: READ,
  root: { mfa: true, has_access: false, signed_in: { kind: "never" } },
  unassigned: 0,
  remarks: [],
});

const named: NamedAccount[] = [
  { account: STAGING, name: "staging", role: `arn:aws:iam::${STAGING}:role/A` },
  { account: LAB, name: null, role: `arn:aws:iam::${LAB}:role/A` },
];

const own: FleetView = {
  several: false,
  read: READ,
  accounts: [account("111122223333", "practice")],
  unread: [],
  users: [member("bo")],
};

const bare = (user: string, of: string): FleetMember =>
  member(user, { account: of, mfa: "missing", devices: [], findings: ["no-mfa"] });

const several: FleetView = {
  several: true,
  read: READ,
  accounts: [account(STAGING, "staging"), account(LAB, null)],
  unread: [{ account: "333333333333", name: "gone", problem: refusal("aws-access-denied", "no") }],
  users: [bare("omar", STAGING), member("ada", { account: STAGING }), bare("omar", LAB)],
};

type Asked = { asked: { accounts: string } };

async function fleetOf(): Promise<{
  fleet: Fleet;
  asked: () => string[];
  named: (name: string) => unknown[];
}> {
  const heard = device({
    read_fleet: ({ asked }: Asked) => (asked.accounts === "own" ? own : several),
    fleet_runs: () => [],
    name_accounts: () => named,
    fleet_devices: () => [],
  });
  const fleet = new Fleet();
  await fleet.follow("admin");
  const asked = (): string[] => (heard.named("read_fleet") as Asked[]).map((one) => one.asked.accounts);
  return { fleet, asked, named: heard.named };
}

const rows = (fleet: Fleet): string[] => fleet.shown.map((user) => fleet.idOf(user));

test("what a list names is shown before anything is read, and then read together", async () => {
  const { fleet, asked } = await fleetOf();
  fleet.picks.toggle("bo");
  fleet.accounts.open();
  fleet.accounts.take("/roles.csv");
  await settled();
  expect(fleet.accounts.current).toEqual(named);
  expect(asked()).toEqual(["own"]);
  await fleet.readNamed();
  expect(asked()).toEqual(["own", "named"]);
  expect([fleet.accounts.isOpen, fleet.isSeveral, fleet.picks.size]).toEqual([false, true, 0]);
  expect(rows(fleet)).toEqual([`ada@${STAGING}`, `omar@${STAGING}`, `omar@${LAB}`]);
  await fleet.read();
  await fleet.readOwn();
  await fleet.read(true);
  expect(asked()).toEqual(["own", "named", "again", "own", "own"]);
  expect(rows(fleet)).toEqual(["bo"]);
});

test("a list has to be looked at again once another one is named", async () => {
  const { fleet, named: asked } = await fleetOf();
  const { accounts } = fleet;
  accounts.open();
  await accounts.look();
  expect(asked("name_accounts")).toEqual([]);
  accounts.path = " /roles.csv ";
  await accounts.look();
  expect(accounts.current).toEqual(named);
  accounts.path = "/others.csv";
  expect(accounts.current).toBeNull();
  await accounts.practise();
  expect(accounts.current).toEqual(named);
  expect(asked("name_accounts")).toEqual([
    { way: { kind: "file", path: "/roles.csv" } },
    { way: { kind: "practice" } },
  ]);
});

test("a refusal of the list is said, and nothing is shown of a former one", async () => {
  let isRefused = false;
  device({
    name_accounts: () => {
      if (isRefused) throw refusal("aws-account-list-invalid", "line 2");
      return named;
    },
  });
  const { accounts } = new Fleet();
  accounts.open();
  accounts.path = "/roles.csv";
  await accounts.look();
  isRefused = true;
  await accounts.look();
  expect([accounts.problem?.code, accounts.current]).toEqual(["aws-account-list-invalid", null]);
});

test("users of the same name in two accounts are two, to choose, to enrol and to look at", async () => {
  const { fleet, named: asked } = await fleetOf();
  await fleet.readNamed();
  fleet.enrolUnprotected();
  expect(fleet.enrolling.users).toEqual([
    { account: STAGING, user: "omar" },
    { account: LAB, user: "omar" },
  ]);
  fleet.enrolling.clear();
  fleet.picks.leaveShown();
  fleet.picks.toggle(`omar@${LAB}`);
  expect(fleet.chosen).toEqual([{ account: LAB, user: "omar" }]);
  expect(fleet.activeUser?.account).toBe(LAB);
  await fleet.recovering.open(fleet.activeUser ?? member("nobody"));
  expect(asked("fleet_devices")).toEqual([{ user: { account: LAB, user: "omar" } }]);
});

test("all accounts are searched by their names and numbers, and sorted by them", async () => {
  const { fleet } = await fleetOf();
  await fleet.readNamed();
  for (const [query, count] of [
    ["staging", 2],
    ["4444", 1],
    ["omar", 2],
  ] as const) {
    fleet.query = query;
    expect(fleet.shown).toHaveLength(count);
  }
  fleet.query = "";
  fleet.sortBy("account");
  expect(rows(fleet)).toEqual([`omar@${LAB}`, `ada@${STAGING}`, `omar@${STAGING}`]);
  expect([fleet.nameOf(LAB), fleet.nameOf(STAGING)]).toEqual([LAB, "staging"]);
});

test("a list that is dropped is taken by the sheet that is open", async () => {
  const { fleet } = await fleetOf();
  expect(fleet.openForm).toBeNull();
  fleet.accounts.open();
  fleet.openForm?.take("/roles.csv");
  await settled();
  expect(fleet.accounts.current).toEqual(named);
  fleet.clear();
  expect([fleet.accounts.path, fleet.accounts.isOpen, fleet.isSeveral]).toEqual(["", false, false]);
});
