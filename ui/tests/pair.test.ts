import { expect, test } from "vitest";

import { Pair } from "../src/state/pair.svelte";
import { device, refusal } from "./device";

/** A device whose pairs are numbered, each good for a minute. */
function numbered(): { pair: () => unknown; asked: () => number } {
  let asked = 0;
  return {
    pair: () => {
      asked += 1;
      return { first: "111111", second: "222222", step: 100 + asked, submit_before: 1000 + 60 * asked };
    },
    asked: () => asked,
  };
}

test("a pair stands still until its time is over, and the next takes its place", async () => {
  const { pair: answer, asked } = numbered();
  device({ pair: answer });
  const pair = new Pair();
  await pair.open("a");
  await pair.tick(1001);
  expect(pair.left).toBe(59);
  await pair.tick(1059);
  expect(asked()).toBe(1);
  await pair.tick(1060);
  expect(asked()).toBe(2);
  expect(pair.view?.step).toBe(102);
});

test("a pair that AWS took is not offered again, until another is asked for", async () => {
  const { pair: answer } = numbered();
  const { named } = device({ pair: answer, pair_taken: () => null, copy_pair_code: () => 30 });
  const pair = new Pair();
  await pair.open("a");
  expect(await pair.copy("second")).toBe(30);
  await pair.taken();
  expect(named("pair_taken")).toEqual([{ id: "a", step: 101 }]);
  expect(await pair.copy("first")).toBeNull();
  await pair.tick(5000);
  expect(pair.state).toBe("taken");
  await pair.again();
  expect(pair.state).toBe("shown");
});

test("a pair that AWS refused makes way for the next one when its time is over", async () => {
  const { pair: answer } = numbered();
  device({ pair: answer });
  const pair = new Pair();
  await pair.open("a");
  pair.refused();
  expect(await pair.copy("first")).toBeNull();
  await pair.tick(1060);
  expect(pair.state).toBe("shown");
  expect(pair.view?.step).toBe(102);
});

test("what cannot be marked as used is not shown as used", async () => {
  const { pair: answer } = numbered();
  device({
    pair: answer,
    pair_taken: () => {
      throw refusal("not-open", "the accounts are not open");
    },
  });
  const pair = new Pair();
  await pair.open("a");
  await expect(pair.taken()).rejects.toThrow("The accounts are not open.");
  expect(pair.state).toBe("shown");
});
