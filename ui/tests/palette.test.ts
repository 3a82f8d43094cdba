import { expect, test } from "vitest";

import { windowKey } from "../src/components/frame/keys";
import type { AccountView, Settings } from "../src/ipc/bindings";
import { rowOf } from "../src/state/palette.svelte";
import { actionsOf, keyRows } from "../src/state/registry";
import { Session } from "../src/state/session.svelte";
import { account, code, device, settled } from "./device";

const settings: Partial<Settings> = {
  theme: "system",
  hide_codes: false,
  clipboard_seconds: 30,
  sort: "own",
};

async function open(accounts: AccountView[], change: Parameters<typeof device>[0] = {}) {
  const asked = device({
    settings: () => settings,
    status: () => ({ stage: { stage: "open" }, store: "keyring", version: "0.1.0" }),
    accounts: () => ({ accounts, quarantined: [] }),
    notices: () => [],
    trash: () => [],
    discard_preview: () => null,
    codes: ({ ids }: { ids: string[] }) => ids.map((id) => ({ id, code: code(id), error: null })),
    copy_code: () => ({ code_shown: null, clears_after: 30 }),
    lock: () => null,
    ...change,
  });
  const session = new Session();
  await session.start();
  session.stop();
  return { ...asked, session };
}

const press = (session: Session, init: KeyboardEventInit): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { cancelable: true, ...init });
  windowKey(session, event);
  return event;
};

test("the palette finds accounts and actions by any of their words", async () => {
  const { session } = await open([
    account({ id: "a", issuer: "Halden", name: "maya" }),
    account({ id: "b", issuer: "GitHub", name: "maya" }),
  ]);
  const { palette } = session;
  press(session, { key: "k", ctrlKey: true });
  expect(palette.isOpen).toBe(true);
  palette.query = "hal";
  expect(palette.accounts.map(({ id }) => id)).toEqual(["a"]);
  palette.query = "now back";
  expect(palette.accounts).toEqual([]);
  expect(palette.actions.map(({ id }) => id)).toEqual(["back-up"]);
  palette.query = "zzz";
  expect(palette.isEmpty).toBe(true);
});

test("before anything is typed the palette shows the accounts that were used last, and every action but itself", async () => {
  const { session } = await open([
    account({ id: "never" }),
    account({ id: "early", last_used: 1 }),
    account({ id: "late", last_used: 2 }),
  ]);
  session.palette.open();
  expect(session.palette.accounts.map(({ id }) => id)).toEqual(["late", "early"]);
  const ids = session.palette.actions.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["add", "lock", "view-accounts", "view-settings", "edit"]));
  expect(ids).not.toContain("palette");
});

test("an account of the palette is copied, or its next code, and the palette closes", async () => {
  const { session, named } = await open([account({ id: "a", last_used: 1 })]);
  const { palette } = session;
  palette.open();
  const [row] = palette.accounts;
  if (row) palette.copy(row);
  await settled();
  expect(palette.isOpen).toBe(false);
  palette.open();
  palette.chosen = rowOf("a");
  palette.copyNext();
  await settled();
  expect(named("copy_code")).toEqual([
    { id: "a", which: "current" },
    { id: "a", which: "next" },
  ]);
});

test("a hidden code is not asked for by the palette", async () => {
  const { session, named } = await open([account({ id: "a" })], {
    settings: () => ({ ...settings, hide_codes: true }),
  });
  session.codes.showBeside([account({ id: "a" })]);
  await settled();
  expect(named("codes")).toEqual([]);
  session.codes.hide(false);
  await settled();
  expect(named("codes")).toEqual([{ ids: ["a"] }]);
});

test("locking closes the palette", async () => {
  const { session } = await open([account()], {
    status: () => ({ stage: { stage: "locked" }, store: "keyring", version: "0.1.0" }),
  });
  session.palette.open();
  await session.refresh();
  expect(session.palette.isOpen).toBe(false);
});

test("every key on the sheet of keys does something, and no key stands for two things", async () => {
  const { session } = await open([account({ id: "a" })], { add_clipboard: () => null });
  const rows = keyRows(session).flatMap(({ keys }) => keys);
  expect(rows.length).toBeGreaterThan(8);
  for (const keys of rows) {
    const key = keys.split("+").at(-1) ?? keys;
    expect(press(session, { key, ctrlKey: keys.startsWith("Ctrl+") }).defaultPrevented, keys).toBe(true);
  }
  const all = actionsOf(session).flatMap(({ keys }) => keys ?? []);
  expect(new Set(all).size).toBe(all.length);
});

test("keys that are typed into a field stay in the field", async () => {
  const { session } = await open([account({ id: "a" })]);
  const field = document.body.appendChild(document.createElement("input"));
  const pressed: boolean[] = [];
  field.addEventListener("keydown", (event) => {
    windowKey(session, event);
    pressed.push(event.defaultPrevented);
  });
  for (const key of ["/", "?", "v", "z"]) {
    const init = { key, ctrlKey: key === "v" || key === "z", cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", init));
  }
  field.remove();
  expect(pressed).toEqual([false, false, false, false]);
  expect(session.isShowingKeys).toBe(false);
});
