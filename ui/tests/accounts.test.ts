import { expect, test } from "vitest";

import type { AccountView } from "../src/ipc/bindings";
import { Accounts } from "../src/state/accounts.svelte";
import { SettingsState } from "../src/state/settings.svelte";
import { account, device, listed } from "./device";

function store(...rows: AccountView[]) {
  const asked = device({
    listed: () => listed(...rows),
    remove: () => null,
    restore: ({ id }: { id: string }) => account({ id }),
    purge: () => null,
    move_account: () => null,
  });
  return { ...asked, state: new Accounts(new SettingsState()) };
}

test("removals are undone one by one, the last first", async () => {
  const { state, named } = store();
  await state.remove("a");
  await state.remove("b");
  await state.undoRemoval();
  await state.undoRemoval();
  expect(await state.undoRemoval()).toBeNull();
  expect(named("restore")).toEqual([{ id: "b" }, { id: "a" }]);
});

test("what was deleted for good cannot be undone", async () => {
  const { state, named } = store();
  await state.remove("a");
  await state.purge("a");
  expect(await state.undoRemoval()).toBeNull();
  expect(named("restore")).toEqual([]);
});

test("a row moves before the one it passes, and to the end when it passes the last", async () => {
  const { state, named } = store(account({ id: "a" }), account({ id: "b" }), account({ id: "c" }));
  await state.load();
  await state.move("a", 1);
  await state.move("b", 1);
  await state.move("c", -1);
  await state.move("c", 1);
  expect(named("move_account")).toEqual([
    { id: "a", before: "c" },
    { id: "b", before: null },
    { id: "c", before: "b" },
  ]);
});

test("a row does not leave the pinned ones by moving, nor moves while only some are shown", async () => {
  const { state, named } = store(
    account({ id: "p", pinned: true }),
    account({ id: "a" }),
    account({ id: "b" }),
  );
  await state.load();
  await state.move("p", 1);
  await state.move("a", -1);
  state.query = "git";
  await state.move("a", 1);
  expect(named("move_account")).toEqual([]);
});
