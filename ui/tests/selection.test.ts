import { SvelteMap } from "svelte/reactivity";
import { expect, test, vi } from "vitest";

import { Selection } from "../src/state/selection.svelte";
import { account } from "./device";

function selection(...ids: string[]) {
  const rows = new SvelteMap(ids.map((id) => [id, account({ id })]));
  const look = vi.fn(() => [...rows.values()]);
  return { rows, look, state: new Selection(look) };
}

test("the first row can be reached before any was chosen", () => {
  expect(selection("a", "b").state.active?.id).toBe("a");
  expect(selection().state.active).toBeUndefined();
});

test("the arrows stop at both ends", () => {
  const { state } = selection("a", "b", "c");
  state.move("up");
  expect(state.focusing).toBe("a");
  state.move("last");
  state.move("down");
  expect(state.focusing).toBe("c");
  state.move("first");
  expect(state.focusing).toBe("a");
});

test("when the chosen row goes, the one that takes its place is chosen", () => {
  const { rows, state } = selection("a", "b", "c");
  state.choose("b");
  rows.delete("b");
  expect(state.active?.id).toBe("c");
  rows.delete("c");
  expect(state.active?.id).toBe("a");
});

test("the rows are looked through once, however many of them ask whether they are the active one", () => {
  const { state, look } = selection("a", "b", "c");
  for (let row = 0; row < 10; row += 1) expect(state.active?.id).toBe("a");
  expect(look).toHaveBeenCalledTimes(1);
  state.choose("b");
  expect(state.active?.id).toBe("b");
});
