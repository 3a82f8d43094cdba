import { expect, test } from "vitest";

import type { AwsSession } from "../src/ipc/bindings";
import { span, standingOf, suggestedProfile } from "../src/components/aws/sessions";
import { AwsSessions } from "../src/state/awsSessions.svelte";
import { device, refusal } from "./device";

function session(change: Partial<AwsSession> = {}): AwsSession {
  return {
    choice: { kind: "profile", name: "prod" },
    role_arn: null,
    serial: null,
    expiration: null,
    lasts: 43_200,
    used_by: [],
    ...change,
  };
}

test("a session lives, nears its end, and has ended", () => {
  expect(standingOf(session(), 1000)).toBe("ended");
  expect(standingOf(session({ expiration: 10_000 }), 1000)).toBe("live");
  expect(standingOf(session({ expiration: 1300 }), 1000)).toBe("ending");
  expect(standingOf(session({ expiration: 1000 }), 1000)).toBe("ended");
});

test("time left reads as a person says it", () => {
  expect(span(59)).toBe("less than a minute");
  expect(span(38 * 60 + 5)).toBe("38 min");
  expect(span(12 * 3600)).toBe("12 h");
  expect(span(10 * 3600 + 42 * 60)).toBe("10 h 42 min");
});

test("whether it was made or refused, the sessions are looked at again", async () => {
  let isRefused = false;
  let kept = session();
  device({
    aws_sessions: () => [kept],
    renew_aws_session: () => {
      if (isRefused) throw refusal("aws-code-rejected", "AWS took none of 2 codes");
      kept = session({ expiration: 50_000 });
      return kept;
    },
  });
  const sessions = new AwsSessions();
  await sessions.load();
  await sessions.renew(session());
  expect(sessions.all[0]?.expiration).toBe(50_000);
  isRefused = true;
  await expect(sessions.renew(session())).rejects.toThrow("AWS took none");
  expect(sessions.busy).toBeNull();
});

test("a profile is shown what it would say before anything is written", async () => {
  const line = { profile: "prod-mfa", file: "/home/maya/.aws/config", line: "lockstep", backup: null };
  const { named } = device({
    aws_sessions: () => [],
    aws_profile_line: () => line,
    write_aws_profile_line: () => line,
  });
  const sessions = new AwsSessions();
  expect(await sessions.write()).toBeNull();
  await sessions.preview(session(), suggestedProfile(session()));
  expect(named("write_aws_profile_line")).toHaveLength(0);
  expect((await sessions.write())?.profile).toBe("prod-mfa");
  expect(sessions.change).toBeNull();
});
