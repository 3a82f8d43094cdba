import { expect, test, vi } from "vitest";

import type { AccountId } from "../src/ipc/bindings";
import { Codes, REVEALED_FOR_S } from "../src/state/codes.svelte";
import { account, code, device, refusal, settled } from "./device";

const totp = (id: AccountId) => account({ id });
const answering = (validUntil: () => number) => ({
  codes: ({ ids }: { ids: AccountId[] }) =>
    ids.map((id) => ({ id, code: code(id, { valid_until: validUntil() }), error: null })),
});

function codes(): Codes {
  return new Codes((cause) => {
    throw cause;
  });
}

test("rows that come into sight together are asked for in one call", async () => {
  const { named } = device(answering(() => 30));
  const state = codes();
  for (const id of ["a", "b", "c"]) state.enter(totp(id));
  await settled();
  expect(named("codes")).toEqual([{ ids: ["a", "b", "c"] }]);
  expect(state.of("b")?.code).toBe("123456");
});

test("a new step is one call for the rows in sight, and none for rows that left", async () => {
  let until = 30;
  const { named } = device(answering(() => until));
  const state = codes();
  for (const id of ["a", "b"]) state.enter(totp(id));
  await settled();
  state.leave("a");
  until = 60;
  for (const now of [28, 29, 30, 31]) {
    state.tick(now);
    await settled();
  }
  expect(named("codes")).toEqual([{ ids: ["a", "b"] }, { ids: ["b"] }]);
});

test("what is due first is the first of the codes in sight that becomes stale", async () => {
  const ends: Record<AccountId, number | null> = { a: 30, b: 37, h: null };
  device({
    codes: ({ ids }: { ids: AccountId[] }) =>
      ids.map((id) => ({ id, code: code(id, { valid_until: ends[id] ?? null }), error: null })),
  });
  const state = codes();
  expect(state.due).toBe(Infinity);
  for (const id of ["a", "b", "h"]) state.enter(totp(id));
  await settled();
  expect(state.due).toBe(30);
  state.leave("a");
  expect(state.due).toBe(37);
});

test("an HOTP code is never asked for by itself", async () => {
  const { named } = device(answering(() => 30));
  const state = codes();
  state.enter(account({ id: "h", type: "hotp", period: null }));
  state.tick(1);
  await settled();
  expect(named("codes")).toEqual([]);
});

test("a hidden code is not asked for until it is revealed, and goes after ten seconds", async () => {
  const { named } = device(answering(() => 1000));
  const state = codes();
  state.hide(true);
  state.enter(totp("a"));
  state.tick(100);
  await settled();
  expect(named("codes")).toEqual([]);

  state.reveal("a");
  await settled();
  expect(state.of("a")?.code).toBe("123456");

  state.tick(100 + REVEALED_FOR_S);
  expect(state.isRevealed("a")).toBe(false);
  expect(state.of("a")).toBeUndefined();
});

test("an answer that comes after the lock is thrown away", async () => {
  let answer: (codes: unknown) => void = () => {};
  device({ codes: () => new Promise((resolve) => (answer = resolve)) });
  const state = codes();
  state.enter(totp("a"));
  await settled();
  state.clear();
  answer([{ id: "a", code: code("a"), error: null }]);
  await settled();
  expect(state.of("a")).toBeUndefined();
});

test("a refused code is shown as refused and asked for again half a minute later", async () => {
  const error = refusal("seed-unreadable", "The seed cannot be read.");
  const { named } = device({ codes: () => [{ id: "a", code: null, error }] });
  const state = codes();
  state.enter(totp("a"));
  await settled();
  expect(state.refusalOf("a")).toEqual(error);
  for (const now of [1, 15, 29, 30]) {
    state.tick(now);
    await settled();
  }
  expect(named("codes")).toHaveLength(2);
});

test("a call that fails as a whole is reported", async () => {
  device({
    codes: () => {
      throw refusal("locked", "The store is locked.");
    },
  });
  const report = vi.fn();
  const state = new Codes(report);
  state.enter(totp("a"));
  await settled();
  expect(report).toHaveBeenCalledWith(
    expect.objectContaining({ code: "locked", message: "The store is locked." }),
  );
});
