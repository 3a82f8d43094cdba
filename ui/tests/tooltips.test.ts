import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Tooltips } from "../src/components/shared/tooltips.svelte";

let tooltips: Tooltips;
let copy: HTMLElement;
let lock: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `<button data-tip="Copy"><svg></svg></button><button data-tip="Lock"></button><p></p>`;
  [copy, lock] = [...document.querySelectorAll<HTMLElement>("button")] as [HTMLElement, HTMLElement];
  tooltips = new Tooltips();
});

afterEach(() => vi.useRealTimers());

const over = (target: Element | null, pointerType = "mouse"): void =>
  tooltips.over({ target, pointerType } as unknown as PointerEvent);

test("a tip comes when the pointer rests, and not when it passes", () => {
  over(copy.querySelector("svg"));
  vi.advanceTimersByTime(500);
  over(document.querySelector("p"));
  vi.advanceTimersByTime(5000);
  expect(tooltips.anchor).toBeNull();

  over(copy);
  vi.advanceTimersByTime(600);
  expect(tooltips.anchor).toBe(copy);
});

test("the next tip comes at once, while one is read after another", () => {
  over(copy);
  vi.advanceTimersByTime(600);
  over(lock);
  expect(tooltips.anchor).toBe(lock);
  over(document.body);
  vi.advanceTimersByTime(200);
  over(copy);
  expect(tooltips.anchor).toBeNull();
});

test("a tip that was sent away stays away until the pointer comes anew", () => {
  over(copy);
  vi.advanceTimersByTime(600);
  tooltips.hide();
  over(copy.querySelector("svg"));
  vi.advanceTimersByTime(5000);
  expect(tooltips.anchor).toBeNull();
  over(document.body);
  over(copy);
  vi.advanceTimersByTime(600);
  expect(tooltips.anchor).toBe(copy);
});

test("a finger, which rests on nothing, brings no tip", () => {
  over(copy, "touch");
  vi.advanceTimersByTime(5000);
  expect(tooltips.anchor).toBeNull();
});

test("the focus brings a tip where the keys brought the focus", () => {
  const focused = (by: "keys" | "pointer"): FocusEvent => {
    vi.spyOn(copy, "matches").mockReturnValue(by === "keys");
    return { target: copy } as unknown as FocusEvent;
  };
  tooltips.focus(focused("pointer"));
  expect(tooltips.anchor).toBeNull();
  tooltips.focus(focused("keys"));
  expect(tooltips.anchor).toBe(copy);
});
