import { expect, test } from "vitest";

import type { AwsChoice, AwsChoices, ConnectionView } from "../src/ipc/bindings";
import { entries, grouped, whoOf } from "../src/state/awsChoices";
import { Aws } from "../src/state/aws.svelte";
import { device, refusal, settled } from "./device";

const profile = (name: string): AwsChoice => ({ kind: "profile", name });

function connected(choice: AwsChoice): ConnectionView {
  return {
    choice,
    arn: "arn:aws:iam::123456789012:user/maya",
    account: "123456789012",
    alias: "halden-prod",
    partition: "aws",
    principal: { kind: "user", user: "maya" },
    is_temporary: false,
    region: "us-east-1",
    endpoint: "https://iam.amazonaws.com",
    drift: 0,
  };
}

const choices: AwsChoices = {
  profiles: [
    { name: "prod", role_arn: null, source_profile: null, mfa_serial: null },
    {
      name: "audit",
      role_arn: "arn:aws:iam::123456789012:role/read-only",
      source_profile: "prod",
      mfa_serial: null,
    },
  ],
  profiles_problem: null,
  environment: null,
  stored: [],
  practice: ["maya"],
  last: null,
  last_takes_a_code: false,
};

test("whoever was chosen is asked for, and stays chosen when the accounts are looked at again", async () => {
  device({
    aws_choices: () => choices,
    aws_connection: () => connected(profile("prod")),
    connect_aws: ({ choice }: { choice: AwsChoice }) => connected(choice),
  });
  const aws = new Aws();
  await aws.connect(profile("prod"));
  expect(aws.connection?.alias).toBe("halden-prod");
  await aws.load();
  expect(aws.isChosen(profile("prod"))).toBe(true);
  expect(aws.isChosen(profile("audit"))).toBe(false);
});

test("a refusal is kept to be shown, and nothing of somebody else is shown beside it", async () => {
  let isDown = false;
  device({
    connect_aws: ({ choice }: { choice: AwsChoice }) => {
      if (isDown) throw refusal("aws-unreachable", "AWS does not answer");
      return connected(choice);
    },
  });
  const aws = new Aws();
  await aws.connect(profile("prod"));
  isDown = true;
  await aws.askAgain();
  expect(aws.problem?.code).toBe("aws-unreachable");
  expect(aws.connection?.choice).toEqual(profile("prod"));
  await aws.connect(profile("audit"));
  expect(aws.connection).toBeNull();
  isDown = false;
  await aws.askAgain();
  expect(aws.problem).toBeNull();
  expect(aws.connection?.choice).toEqual(profile("audit"));
});

test("an answer that comes after another choice, or after locking, is passed over", async () => {
  const waiting = new Map<string, (view: ConnectionView) => void>();
  device({
    connect_aws: ({ choice }: { choice: { name: string } }) =>
      new Promise((answer) => waiting.set(choice.name, answer)),
  });
  const aws = new Aws();
  void aws.connect(profile("slow"));
  void aws.connect(profile("quick"));
  await settled();
  waiting.get("quick")?.(connected(profile("quick")));
  await settled();
  waiting.get("slow")?.(connected(profile("slow")));
  await settled();
  expect(aws.connection?.choice).toEqual(profile("quick"));
  void aws.askAgain();
  await settled();
  aws.clear();
  waiting.get("quick")?.(connected(profile("quick")));
  await settled();
  expect(aws.connection).toBeNull();
  expect(aws.isConnecting).toBe(false);
});

test("profiles come first, a role says through whom, and what is not there is not offered", () => {
  const groups = entries(choices);
  expect(groups.map((group) => group.map(({ name }) => name))).toEqual([
    ["prod", "audit"],
    ["Practice account, as maya"],
  ]);
  expect(groups[0]?.[1]?.detail).toBe("role read-only, through prod");
  const [, others] = entries({ ...choices, environment: "AKIAEXAMPLE" });
  expect(others?.[0]).toMatchObject({ name: "Environment", detail: "AKIAEXAMPLE" });
});

test("an account id reads in groups of four, and a caller by the shortest name that is true", () => {
  expect(grouped("123456789012")).toBe("1234 5678 9012");
  expect(whoOf(connected(profile("prod")))).toBe("maya");
  const role = { kind: "role", role: "admin", session: "lockstep" } as const;
  expect(whoOf({ ...connected(profile("prod")), principal: role })).toBe("admin");
});

test("whoever was connected last with a code is connected again when the person says so, and not before", async () => {
  const { named } = device({
    aws_choices: () => ({ ...choices, last: profile("audit"), last_takes_a_code: true }),
    aws_connection: () => null,
    connect_aws: ({ choice }: { choice: AwsChoice }) => connected(choice),
  });
  const aws = new Aws();
  await aws.load();
  await aws.load();
  expect(named("connect_aws")).toEqual([]);
  expect(aws.isChosen(profile("audit"))).toBe(true);
  expect(aws.connection).toBeNull();
  await aws.askAgain();
  expect(named("connect_aws")).toEqual([{ choice: profile("audit") }]);
  expect(aws.connection?.choice).toEqual(profile("audit"));
});

test("a role that takes a code says so", () => {
  const mfa_serial = "arn:aws:iam::123456789012:mfa/maya";
  const [, audit] = choices.profiles;
  const profiles = [{ ...audit!, mfa_serial }];
  expect(entries({ ...choices, profiles })[0]?.[0]?.detail).toBe("role read-only, through prod, with a code");
});

test("whoever was connected last is connected again, unless it failed or somebody else was chosen", async () => {
  let isDown = false;
  const { named } = device({
    aws_choices: () => ({ ...choices, last: profile("prod") }),
    aws_connection: () => null,
    connect_aws: ({ choice }: { choice: AwsChoice }) => {
      if (isDown) throw refusal("aws-unreachable", "AWS does not answer");
      return connected(choice);
    },
  });
  const aws = new Aws();
  await aws.load();
  expect(aws.connection?.choice).toEqual(profile("prod"));
  aws.clear();
  isDown = true;
  await aws.load();
  expect(aws.problem?.code).toBe("aws-unreachable");
  await aws.load();
  expect(named("connect_aws")).toHaveLength(2);
  aws.clear();
  isDown = false;
  void aws.load();
  await aws.connect(profile("audit"));
  await settled();
  expect(aws.connection?.choice).toEqual(profile("audit"));
});
