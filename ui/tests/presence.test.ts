import { expect, test } from "vitest";

import { Presence } from "../src/state/presence";
import { device } from "./device";

test("the device is told at once that somebody is there, and then every twenty seconds at most", async () => {
  let now = 1_000_000;
  const { named } = device({ somebody_is_there: () => null });
  const presence = new Presence(() => now);
  const told = async (): Promise<number> => {
    await presence.touched();
    return named("somebody_is_there").length;
  };
  expect(await told()).toBe(1);
  now += 19_999;
  expect(await told()).toBe(1);
  now += 1;
  expect(await told()).toBe(2);
});

test("a clock that is set back does not silence the window", async () => {
  let now = 1_000_000;
  const { named } = device({ somebody_is_there: () => null });
  const presence = new Presence(() => now);
  await presence.touched();
  now -= 500_000;
  await presence.touched();
  expect(named("somebody_is_there")).toHaveLength(2);
});
