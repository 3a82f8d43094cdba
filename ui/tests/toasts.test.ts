import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Toasts } from "../src/state/toasts.svelte";

const icon = (() => {}) as never;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a toast goes after four seconds", () => {
  const toasts = new Toasts();
  toasts.show({ icon, text: "Copied" });
  vi.advanceTimersByTime(3_999);
  expect(toasts.current?.text).toBe("Copied");
  vi.advanceTimersByTime(1);
  expect(toasts.current).toBeNull();
});

test("a toast stays while it is held, and a new one takes its place", () => {
  const toasts = new Toasts();
  toasts.show({ icon, text: "one" });
  toasts.hold();
  vi.advanceTimersByTime(60_000);
  expect(toasts.current?.text).toBe("one");
  toasts.show({ icon, text: "two" });
  vi.advanceTimersByTime(4_000);
  expect(toasts.current).toBeNull();
});
