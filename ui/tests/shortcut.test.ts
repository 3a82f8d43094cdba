import { expect, test } from "vitest";

import { shortcutOf } from "../src/components/settings/shortcut";

const pressed = (init: KeyboardEventInit): string | null => shortcutOf(new KeyboardEvent("keydown", init));

test("keys are written as the device reads them", () => {
  expect(pressed({ ctrlKey: true, altKey: true, key: "l", code: "KeyL" })).toBe("Ctrl+Alt+L");
  expect(pressed({ metaKey: true, shiftKey: true, key: "!", code: "Digit1" })).toBe("Shift+Super+1");
  expect(pressed({ key: "F12", code: "F12" })).toBe("F12");
  expect(pressed({ ctrlKey: true, key: " ", code: "Space" })).toBe("Ctrl+Space");
});

test("the letter on the key counts, and its place where the letter is not a Latin one", () => {
  expect(pressed({ ctrlKey: true, key: "a", code: "KeyQ" })).toBe("Ctrl+A");
  expect(pressed({ ctrlKey: true, key: "д", code: "KeyL" })).toBe("Ctrl+L");
});

test("keys that are only held are no shortcut yet", () => {
  for (const key of ["Control", "Alt", "Shift", "Meta"])
    expect(pressed({ key, code: `${key}Left` })).toBeNull();
  expect(pressed({ ctrlKey: true, key: "Tab", code: "Tab" })).toBeNull();
});
