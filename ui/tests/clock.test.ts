import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Clock } from "../src/state/clock.svelte";

class Page extends EventTarget {
  hidden = false;
  hide(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let page: Page;
let clock: Clock;
let ticks: number[];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_400 });
  page = new Page();
  clock = new Clock(Date.now, page as unknown as Document);
  ticks = [];
  clock.onTick((now) => ticks.push(now));
});

afterEach(() => {
  clock.stop();
  vi.useRealTimers();
});

test("a running clock ticks once a second, on the second", () => {
  clock.start();
  vi.advanceTimersByTime(3_000);
  expect(ticks).toEqual([1000, 1001, 1002, 1003]);
  expect(clock.now).toBe(1003);
});

test("one timer runs, however often the clock is started", () => {
  clock.start();
  clock.start();
  expect(vi.getTimerCount()).toBe(1);
});

test("nothing runs while the window is hidden, and the time is right at once when it is seen again", () => {
  clock.start();
  page.hide(true);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(ticks).toEqual([1000]);
  page.hide(false);
  expect(ticks).toEqual([1000, 1060]);
});

test("a stopped clock stays still when the window is seen again", () => {
  clock.start();
  clock.stop();
  page.hide(false);
  expect(vi.getTimerCount()).toBe(0);
});
