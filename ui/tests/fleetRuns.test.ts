import { expect, test } from "vitest";

import type { EnrolPlan, FleetRun, FleetRunAccount, FleetRunUser, Recovered } from "../src/ipc/bindings";
import { Enrolling } from "../src/state/enrolling.svelte";
import { FleetRuns, type RunNews } from "../src/state/fleetRuns.svelte";
import { Recovering } from "../src/state/recovering.svelte";
import { Sweeping } from "../src/state/sweeping.svelte";
import { device, refusal } from "./device";
import { member } from "./fleetMember";

const HOME = "111122223333";

const user = (name: string, change: Partial<FleetRunUser> = {}): FleetRunUser => ({
  account: HOME,
  user: name,
  outcome: "open",
  serial: null,
  hand_off: null,
  problem: null,
  ...change,
});

const part = (id: string, account: string): FleetRunAccount => ({
  run: id,
  account,
  name: null,
  tally: { enrolled: 0, already_had: 0, failed: 0, open: 1 },
  is_finished: false,
});

const run = (users: FleetRunUser[], change: Partial<FleetRun> = {}): FleetRun => ({
  id: "5f2a90c1d4",
  together: null,
  begun: 1,
  folder: "/out",
  tally: { enrolled: 0, already_had: 0, failed: 0, open: users.length },
  is_finished: false,
  is_running: true,
  accounts: [part("5f2a90c1d4", HOME)],
  users,
  ...change,
});

const turn = (name: string, outcome: FleetRunUser["outcome"]): Extract<RunNews, { kind: "turn" }> => ({
  kind: "turn",
  run: "5f2a90c1d4",
  account: HOME,
  user: name,
  outcome,
  done: 1,
  total: 2,
  per_minute: 120,
  seconds_left: 5,
});

const plan: EnrolPlan = {
  accounts: [
    {
      account: HOME,
      name: null,
      enrol: [{ user: "bo", sealed_to: { kind: "age", recipients: 1 } }],
      left_out: [],
    },
  ],
  folder: "/out",
  sheet: null,
  spare_lines: 0,
};

const bo = { account: HOME, user: "bo" };
const begun = { run: "5f2a90c1d4", failed: [] };

test("a turn is shown at once with the pace, and why somebody failed is asked for", async () => {
  const failed = user("cy", { outcome: "failed", problem: refusal("aws-device-limit", "too many") });
  let answer = run([user("bo"), user("cy")]);
  const { named } = device({ fleet_run: () => answer });
  const runs = new FleetRuns();
  await runs.open("5f2a90c1d4");
  await runs.hear(turn("bo", "enrolled"));
  expect(runs.run?.tally).toEqual({ enrolled: 1, already_had: 0, failed: 0, open: 1 });
  expect(runs.pace).toEqual({ perMinute: 120, secondsLeft: 5 });
  expect(named("fleet_run")).toHaveLength(1);
  answer = run([user("bo", { outcome: "enrolled" }), failed]);
  await runs.hear(turn("cy", "failed"));
  expect(runs.users[0]).toEqual(failed);
});

test("the end of a run says why it stopped, but not that somebody stopped it", async () => {
  const ended = run([user("bo")], { is_running: false });
  device({ fleet_run: () => ended, fleet_runs: () => [ended] });
  const runs = new FleetRuns();
  await runs.open("5f2a90c1d4");
  const end = (code: string): RunNews => ({
    kind: "ended",
    run: "5f2a90c1d4",
    problem: refusal(code, "so it is"),
    accounts: [],
  });
  await runs.hear(end("aws-run-stopped"));
  expect(runs.problem).toBeNull();
  await runs.hear(end("aws-credentials-expired"));
  expect(runs.problem?.code).toBe("aws-credentials-expired");
  expect(runs.unfinished).toHaveLength(1);
});

test("a run that ends while it is being opened is shown as it ended", async () => {
  const users = [user("bo")];
  let answer: (run: FleetRun) => void = () => {};
  let asked = 0;
  device({
    fleet_run: () => {
      asked += 1;
      if (asked > 1) return run(users, { is_running: false, is_finished: true });
      return new Promise<FleetRun>((done) => (answer = done));
    },
    fleet_runs: () => [],
  });
  const runs = new FleetRuns();
  const opening = runs.open("5f2a90c1d4");
  await runs.hear({ kind: "ended", run: "5f2a90c1d4", problem: null, accounts: [] });
  answer(run(users));
  await opening;
  expect(runs.run?.is_finished).toBe(true);
});

test("news of another run changes nothing of the one that is looked at", async () => {
  const looked = run([user("bo")], { id: "aaaaaaaaaa", accounts: [part("aaaaaaaaaa", HOME)] });
  device({ fleet_run: () => looked, fleet_runs: () => [] });
  const runs = new FleetRuns();
  await runs.open("aaaaaaaaaa");
  await runs.hear(turn("bo", "enrolled"));
  expect(runs.run).toEqual(looked);
});

test("a plan holds for what was said, and is made anew when anything else is said", async () => {
  const { named } = device({ plan_enrolling: () => plan, begin_enrolling: () => begun });
  const enrolling = new Enrolling();
  enrolling.open([bo]);
  await enrolling.look();
  expect(named("plan_enrolling")).toEqual([]);
  enrolling.form.keys = " /keys.csv ";
  enrolling.form.folder = "/out";
  await enrolling.look();
  expect(named("plan_enrolling")).toEqual([
    {
      users: [bo],
      way: {
        seal: { kind: "recipients", path: "/keys.csv" },
        folder: "/out",
        keep_copies: false,
        device_path: null,
        tags: [],
      },
    },
  ]);
  expect(enrolling.current).toEqual(plan);
  enrolling.form.folder = "/elsewhere";
  expect(enrolling.current).toBeNull();
  expect(await enrolling.begin()).toBeNull();
  await enrolling.look();
  expect(await enrolling.begin()).toEqual(begun);
  expect(enrolling.isOpen).toBe(false);
});

test("a refusal to begin is said, and the plan has to be looked at again", async () => {
  device({
    plan_enrolling: () => plan,
    begin_enrolling: () => {
      throw refusal("fleet-busy", "a run is being carried out");
    },
  });
  const enrolling = new Enrolling();
  enrolling.open([bo]);
  enrolling.form.keys = "/keys.csv";
  enrolling.form.folder = "/out";
  await enrolling.look();
  expect(await enrolling.begin()).toBeNull();
  expect(enrolling.problem?.code).toBe("fleet-busy");
  expect(enrolling.current).toBeNull();
});

test("a dropped list fills the field that is open", () => {
  const { form } = new Enrolling();
  form.take("/keys.csv");
  form.kind = "passphrases";
  form.take("/words.csv");
  expect([form.keys, form.passphrases]).toEqual(["/keys.csv", "/words.csv"]);
});

test("nothing is taken from a user before AWS said what there is", async () => {
  const done: Recovered = { taken: ["arn:mfa/bo"], run: null };
  let isRefused = true;
  const { named } = device({
    fleet_devices: () => {
      if (isRefused) throw refusal("aws-unreachable", "no network");
      return [{ serial: "arn:mfa/bo", kind: "virtual", enabled: 1, is_here: false }];
    },
    recover_user: () => done,
  });
  const recovering = new Recovering();
  recovering.isAnew = false;
  await recovering.open(member("bo"));
  expect(recovering.canGo).toBe(false);
  expect(await recovering.go()).toBeNull();
  isRefused = false;
  await recovering.open(member("bo"));
  expect(await recovering.go()).toEqual(done);
  expect(named("recover_user")).toEqual([{ user: bo, anew: null }]);
  expect(recovering.user).toBeNull();
});

test("one's own devices are not asked for here", async () => {
  const { calls } = device({});
  const recovering = new Recovering();
  await recovering.open(member("admin", { is_caller: true }));
  expect(calls).toEqual([]);
  expect(recovering.canGo).toBe(false);
});

test("devices of nobody are shown before they are deleted", async () => {
  const orphan = { account: HOME, serial: "arn:mfa/old", fate: "goes", problem: null } as const;
  const failed = [{ account: "333333333333", name: "gone", problem: refusal("aws-access-denied", "no") }];
  device({
    plan_sweep: () => ({ orphans: [orphan], failed }),
    sweep_fleet: () => ({ orphans: [{ ...orphan, fate: "deleted" }], failed: [] }),
  });
  const sweeping = new Sweeping();
  await sweeping.open();
  expect(sweeping.doomed).toBe(1);
  await sweeping.sweep();
  expect(sweeping.orphans?.[0]?.fate).toBe("deleted");
  expect(sweeping.doomed).toBe(0);
  expect(sweeping.failed).toEqual(failed);
});

test("runs that belong together are one, and a turn counts in its own account", async () => {
  const LAB = "444455556666";
  const both = run([user("bo"), user("bo", { account: LAB })], {
    id: "cccccccccc",
    accounts: [part("5f2a90c1d4", HOME), part("dddddddddd", LAB)],
  });
  const { named } = device({
    fleet_run: () => both,
    fleet_runs: () => [both],
    resume_fleet_run: () => null,
  });
  const runs = new FleetRuns();
  const unbegun = { account: "333333333333", name: null, problem: refusal("aws-access-denied", "no") };
  await runs.open("cccccccccc", [unbegun]);
  await runs.hear({ ...turn("bo", "enrolled"), run: "cccccccccc", account: LAB });
  expect(runs.run?.accounts.map(({ tally }) => tally.enrolled)).toEqual([0, 1]);
  expect(runs.users.map(({ outcome, account }) => [outcome, account])).toEqual([
    ["open", HOME],
    ["enrolled", LAB],
  ]);
  const stopped = { account: HOME, name: null, problem: refusal("aws-credentials-expired", "so it is") };
  const byHand = { account: LAB, name: null, problem: refusal("aws-run-stopped", "so it is") };
  await runs.hear({ kind: "ended", run: "cccccccccc", problem: null, accounts: [stopped, byHand] });
  expect(runs.stopped).toEqual([unbegun, stopped]);
  await runs.resume("dddddddddd");
  await runs.resume();
  expect(named("resume_fleet_run")).toEqual([{ run: "dddddddddd" }, { run: "cccccccccc" }]);
  expect(runs.stopped).toEqual([]);
  // One of them that is gone on with by itself is heard of as well.
  await runs.hear({ ...turn("bo", "enrolled"), run: "5f2a90c1d4" });
  expect(runs.pace).toEqual({ perMinute: 120, secondsLeft: 5 });
});
