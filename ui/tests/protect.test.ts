import { expect, test } from "vitest";

import type { DeedProgress, Step, UnfinishedDeed } from "../src/ipc/bindings";
import { protectSteps } from "../src/components/aws/protecting";
import { remediesOf } from "../src/components/aws/remedies";
import { Protect } from "../src/state/protect.svelte";
import { device, refusal, settled } from "./device";

const SERIAL = "arn:aws:iam::123456789012:mfa/maya-a41f";

const begins = (step: Step): DeedProgress => ({ kind: "begins", step });
const done = (step: Step, took = 400): DeedProgress => ({ kind: "ended", step, outcome: "done", took });

const enrolled = {
  serial: SERIAL,
  user: "maya",
  account: "a",
  proof: { kind: "code" },
  resumed: false,
};

function waiting(change: Partial<UnfinishedDeed> = {}): UnfinishedDeed {
  return { serial: SERIAL, user: "maya", kind: "enrolment", begun: 1_795_000_000, is_here: true, ...change };
}

/** A deed that tells each of these and then ends so. */
function told(protect: Protect, progress: DeedProgress[], outcome: () => unknown): () => unknown {
  return () => {
    for (const one of progress) protect.hear(one);
    return outcome();
  };
}

test("each step shows what became of it, and who was told is written down as told", async () => {
  const protect = new Protect();
  const steps = (["create", "store", "enable", "verify"] as const).flatMap((step) => [
    begins(step),
    done(step),
  ]);
  const { named } = device({
    protect: told(protect, steps, () => enrolled),
    protect_told: () => null,
    aws_unfinished: () => [],
  });
  await protect.start();
  expect(protect.phase).toBe("done");
  expect(named("protect_told")).toHaveLength(1);
  const shown = protectSteps(protect);
  expect(shown.map(({ state }) => state)).toEqual(["done", "done", "done", "done"]);
  expect(shown[0]).toMatchObject({ detail: SERIAL, isLiteral: true, time: "0.4 s" });
  expect(protect.seconds).toBeCloseTo(1.6);
});

test("a step that fails is where it stopped, and what had been done stays shown", async () => {
  const protect = new Protect();
  const progress: DeedProgress[] = [
    begins("create"),
    done("create"),
    begins("store"),
    done("store"),
    begins("enable"),
    { kind: "ended", step: "enable", outcome: "failed", took: 500 },
    begins("delete"),
    done("delete"),
  ];
  device({
    protect: told(protect, progress, () => {
      throw refusal("aws-access-denied", "AWS refused iam:EnableMFADevice");
    }),
    aws_unfinished: () => [],
  });
  await protect.start();
  expect(protect.phase).toBe("failed");
  expect(protect.stoppedAt).toBe(2);
  expect(protect.isTakenBack).toBe(true);
  const shown = protectSteps(protect);
  expect(shown.map(({ state }) => state)).toEqual(["done", "done", "failed", "waiting"]);
  expect(shown[2]?.detail).toBe("AWS refused iam:EnableMFADevice.");
});

test("what broke off waits to be asked about, gone on with or taken back", async () => {
  let unfinished = [waiting()];
  const { named } = device({
    protect: () => {
      throw refusal("aws-outcome-unknown", "it is not known whether enabling was done");
    },
    aws_unfinished: () => unfinished,
    take_back_aws: () => {
      unfinished = [];
      return null;
    },
  });
  const protect = new Protect();
  await protect.start();
  expect(protect.waiting?.is_here).toBe(true);
  expect(remediesOf(protect.problem?.code ?? "", true)).toEqual(["settle", "again", "take-back"]);
  await protect.takeBack();
  expect(named("take_back_aws")).toEqual([{ serial: SERIAL }]);
  expect(protect.phase).toBe("ready");
  expect(protect.waiting).toBeNull();
});

test("what AWS cannot settle now is said, and stays to be asked about", async () => {
  device({
    settle_aws: () => [{ serial: SERIAL, ending: null, error: refusal("aws-unreachable", "no answer") }],
    aws_unfinished: () => [waiting()],
  });
  const protect = new Protect();
  await protect.settle();
  expect(protect.phase).toBe("failed");
  expect(protect.problem?.code).toBe("aws-unreachable");
  expect(protect.waiting).not.toBeNull();
});

test("a second press while it runs begins nothing, and an outcome after locking is not shown", async () => {
  let answer: (view: unknown) => void = () => undefined;
  const { named } = device({
    protect: () => new Promise((resolve) => (answer = resolve)),
    protect_told: () => {
      throw refusal("not-open", "the accounts are not open");
    },
    aws_unfinished: () => [],
  });
  const protect = new Protect();
  const first = protect.start();
  void protect.start();
  await settled();
  expect(named("protect")).toHaveLength(1);
  protect.clear();
  answer(enrolled);
  await first;
  expect(protect.phase).toBe("ready");
  expect(protect.result).toBeNull();
});

test("each failure has its remedies, and what is not known by name can be tried again", () => {
  expect(remediesOf("aws-mfa-required", false)).toEqual(["other-code", "policy"]);
  expect(remediesOf("aws-access-denied", false)).toEqual(["policy", "again"]);
  expect(remediesOf("aws-throttled", false)).toEqual(["again"]);
  expect(remediesOf("aws-device-limit", true)).toEqual(["devices", "take-back"]);
});
