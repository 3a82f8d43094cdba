import { expect, test } from "vitest";

import type { AwsDevice, AwsDevices as Listed } from "../src/ipc/bindings";
import { deedsOf, deviceName, warningOf } from "../src/components/aws/devices";
import { AwsDevices } from "../src/state/awsDevices.svelte";
import { device, refusal } from "./device";

function one(change: Partial<AwsDevice> = {}): AwsDevice {
  return {
    serial: "arn:aws:iam::123456789012:mfa/staff/maya-a41f",
    kind: "virtual",
    user: "maya",
    enabled: 1_790_000_000,
    account: "a",
    begun: null,
    ...change,
  };
}

const listed = (own: AwsDevice[]): Listed => ({ own, unassigned: [], sees_unassigned: true });

test("what can be done depends on what the device is and where its seed is", () => {
  expect(deedsOf(one(), true)).toEqual(["rotate", "resync", "verify", "deactivate", "retire"]);
  expect(deedsOf(one({ account: null }), true)).toEqual(["deactivate", "resync", "retire"]);
  expect(deedsOf(one({ account: null, kind: "hardware" }), true)).toEqual(["deactivate", "resync"]);
  expect(deedsOf(one({ account: null, kind: "fido" }), true)).toEqual(["deactivate"]);
  expect(deedsOf(one({ user: null }), false)).toEqual(["assign", "delete"]);
  expect(deedsOf(one({ user: null, account: null }), false)).toEqual(["delete"]);
});

test("whatever takes a device away is asked about first, and names it", () => {
  for (const deed of ["rotate", "deactivate", "delete", "retire"] as const) {
    expect(warningOf(deed, deviceName(one()))?.title).toContain("maya-a41f");
  }
  expect(warningOf("resync", "maya-a41f")).toBeNull();
});

test("after each deed AWS is asked again, also when it was refused", async () => {
  let lists = 0;
  device({
    aws_devices: () => {
      lists += 1;
      return listed([one()]);
    },
    aws_device_deed: () => {
      throw refusal("aws-access-denied", "AWS refused iam:ResyncMFADevice");
    },
  });
  const devices = new AwsDevices();
  await devices.load();
  await expect(devices.do(one(), "resync")).rejects.toThrow("AWS refused");
  expect(lists).toBe(2);
  expect(devices.busy).toBeNull();
});

test("a list that cannot be had is said, and the one before stays", async () => {
  let isDown = false;
  device({
    aws_devices: () => {
      if (isDown) throw refusal("aws-unreachable", "no answer");
      return listed([one()]);
    },
  });
  const devices = new AwsDevices();
  await devices.load();
  isDown = true;
  await devices.load();
  expect(devices.problem?.code).toBe("aws-unreachable");
  expect(devices.listed?.own).toHaveLength(1);
});

test("tags are shown as AWS has them after each change", async () => {
  let tags: { name: string; value: string }[] = [];
  device({
    aws_tags: () => tags,
    set_aws_tag: ({ name, value }: { name: string; value: string }) => {
      tags = [...tags, { name, value }];
      return null;
    },
    remove_aws_tag: ({ name }: { name: string }) => {
      tags = tags.filter((tag) => tag.name !== name);
      return null;
    },
  });
  const devices = new AwsDevices();
  await devices.openTags(one());
  await devices.setTag("desk", "3.14");
  expect(devices.tags).toEqual([{ name: "desk", value: "3.14" }]);
  await devices.removeTag("desk");
  expect(devices.tags).toEqual([]);
});
