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

test("the clock is calm after a minute without anybody, and misses nothing that is due", () => {
  clock.mind({ mayBeCalm: () => true, due: () => (clock.now < 1068 ? 1068 : Infinity) });
  clock.start();
  vi.advanceTimersByTime(59_000);
  expect(clock.isCalm).toBe(false);
  ticks.length = 0;
  vi.advanceTimersByTime(20_000);
  expect(clock.isCalm).toBe(true);
  expect(ticks).toEqual([1060, 1061, 1065, 1068, 1070, 1075]);
});

test("a calm clock is right at once when somebody is there again, and ticks each second", () => {
  clock.mind({ mayBeCalm: () => true, due: () => Infinity });
  clock.start();
  vi.advanceTimersByTime(76_000);
  ticks.length = 0;
  clock.touched();
  expect(ticks).toEqual([1076]);
  expect(clock.isCalm).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(ticks).toEqual([1076, 1077, 1078]);
});

test("a calm clock is right at once when the machine is back from sleep, in which timers stand still", () => {
  let slept = 0;
  clock = new Clock(() => Date.now() + slept, page as unknown as Document);
  clock.onTick((now) => ticks.push(now));
  clock.mind({ mayBeCalm: () => true, due: () => Infinity });
  clock.start();
  vi.advanceTimersByTime(76_000);
  ticks.length = 0;
  slept = 3_600_000;
  clock.woke();
  expect(ticks).toEqual([4676]);
  expect(vi.getTimerCount()).toBe(1);
  clock.stop();
  clock.woke();
  expect(ticks).toEqual([4676]);
});

test("nothing is calm while something is shown that moves each second", () => {
  clock.mind({ mayBeCalm: () => false, due: () => Infinity });
  clock.start();
  vi.advanceTimersByTime(90_000);
  expect(ticks).toHaveLength(91);
});
