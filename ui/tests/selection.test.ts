import { expect, test } from "vitest";

import { Selection } from "../src/state/selection.svelte";
import { account } from "./device";

function selection(...ids: string[]) {
  const rows = ids.map((id) => account({ id }));
  return { rows, state: new Selection(() => rows) };
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
  rows.splice(1, 1);
  expect(state.active?.id).toBe("c");
  rows.pop();
  expect(state.active?.id).toBe("a");
});
