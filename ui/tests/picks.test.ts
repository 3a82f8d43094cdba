import { SvelteSet } from "svelte/reactivity";
import { expect, test } from "vitest";

import { tableKey } from "../src/components/shared/table";
import { Picks } from "../src/state/picks.svelte";

const rows = ["a", "b", "c", "d", "e"];

/** Rows that come and go, as a filter has them. */
const list = (shown: string[]): SvelteSet<string> => new SvelteSet(shown);

function press(picks: Picks, key: string, keys: Partial<KeyboardEvent> = {}): boolean {
  return tableKey(picks, { key, shiftKey: false, ctrlKey: false, ...keys } as KeyboardEvent, () => {});
}

test("arrows move the keyboard's place and Space chooses it", () => {
  const picks = new Picks(() => rows);
  expect(picks.active).toBe("a");
  press(picks, "ArrowDown");
  expect(picks.focusing).toBe("b");
  press(picks, " ");
  expect(picks.all).toEqual(["b"]);
  press(picks, " ");
  expect(picks.size).toBe(0);
  press(picks, "End");
  press(picks, "ArrowDown");
  expect(picks.active).toBe("e");
});

test("with Shift the arrows choose every row on the way", () => {
  const picks = new Picks(() => rows);
  press(picks, "ArrowDown");
  press(picks, "ArrowDown", { shiftKey: true });
  press(picks, "ArrowDown", { shiftKey: true });
  expect(picks.all).toEqual(["b", "c", "d"]);
});

test("a click with Shift chooses the rows between, in either direction", () => {
  const picks = new Picks(() => rows);
  picks.toggle("d");
  picks.extend("b");
  expect([...picks.all].sort()).toEqual(["b", "c", "d"]);
});

test("Ctrl+A chooses what is shown, Escape leaves everything", () => {
  const shown = list(rows.slice(0, 2));
  const picks = new Picks(() => [...shown]);
  press(picks, "a", { ctrlKey: true });
  expect(picks.state).toBe("all");
  for (const row of rows) shown.add(row);
  expect(picks.state).toBe("some");
  expect(press(picks, "Escape")).toBe(true);
  expect(picks.state).toBe("none");
  expect(press(picks, "Escape")).toBe(false);
});

test("a row that is shown no more gives its place to the first", () => {
  const shown = list(rows);
  const picks = new Picks(() => [...shown]);
  picks.enter("c");
  for (const row of ["c", "d", "e"]) shown.delete(row);
  expect(picks.active).toBe("a");
});
