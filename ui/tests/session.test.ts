import CircleAlert from "@lucide/svelte/icons/circle-alert";
import { emit } from "@tauri-apps/api/event";
import { expect, test, vi } from "vitest";

import type { Stage } from "../src/ipc/bindings";
import { lock } from "../src/state/actions";
import { Session } from "../src/state/session.svelte";
import { account, device, listed, refusal, settled } from "./device";

const settings = {
  theme: "system",
  hide_codes: true,
  always_show_next: false,
  clipboard_seconds: 30,
  sort: "own",
};

function window(first: Stage["stage"], change: Parameters<typeof device>[0] = {}) {
  let stage = { stage: first } as Stage;
  const asked = device({
    settings: () => settings,
    status: () => ({ stage, store: "keyring", version: "0.1.0", has_waiting: false }),
    listed: () => listed(account({ id: "a" })),
    discard_preview: () => null,
    retry: () => {
      stage = { stage: "open" };
      return null;
    },
    lock: () => {
      stage = { stage: "locked", by: "keyring" };
      return null;
    },
    ...change,
  });
  return { ...asked, session: new Session() };
}

test("nothing of the store is asked for before it is open", async () => {
  const { session, named } = window("keyring-waiting");
  await session.start();
  expect(session.stage.current.stage).toBe("keyring-waiting");
  expect(named("listed")).toEqual([]);

  await session.advance(() => session.stage.retry());
  expect(session.accounts.all.map(({ id }) => id)).toEqual(["a"]);
  session.stop();
});

test("a locked window holds no account and no code", async () => {
  const { session } = window("open", {
    codes: () => [],
    next_hotp_code: ({ id }: { id: string }) => ({
      id,
      code: "123456",
      next: null,
      valid_until: null,
      used: false,
    }),
  });
  await session.start();
  await session.codes.nextHotp("a");
  expect(session.codes.of("a")?.code).toBe("123456");
  await lock(session);
  expect(session.accounts.all).toEqual([]);
  expect(session.codes.of("a")).toBeUndefined();
  session.stop();
});

test("locking takes what was said away, and nothing is told of anybody's being there any more", async () => {
  const { session, named } = window("open", { somebody_is_there: () => null });
  await session.start();
  session.touched();
  session.touched();
  await settled();
  expect(named("somebody_is_there")).toHaveLength(1);
  session.say(CircleAlert, "Copied GitHub.");
  await lock(session);
  expect(session.toasts.current).toBeNull();
  session.touched();
  await settled();
  expect(named("somebody_is_there")).toHaveLength(1);
  session.stop();
});

test("the clock looks at the time when the machine is back from sleep", async () => {
  const { session } = window("open");
  await session.start();
  const ticks: number[] = [];
  session.clock.onTick((now) => ticks.push(now));
  await emit("woke");
  expect(ticks).toHaveLength(1);
  session.stop();
});

test("what the app was started with is read once the accounts are open, and once", async () => {
  let hasWaiting = true;
  const { session, named } = window("locked", {
    status: () => ({
      stage: session.stage.current,
      store: "vault",
      version: "0.1.0",
      has_waiting: hasWaiting,
    }),
    add_arguments: () => {
      hasWaiting = false;
      return { found: [], warnings: [] };
    },
  });
  session.stage.current = { stage: "locked", by: "vault" };
  await session.start();
  expect(session.stage.hasWaiting).toBe(true);
  expect(named("add_arguments")).toEqual([]);
  expect(session.preview.isOpen).toBe(false);

  await emit("stage-changed", { stage: "open" });
  await vi.waitFor(() => expect(session.preview.isOpen).toBe(true));
  expect(named("add_arguments")).toHaveLength(1);

  hasWaiting = true;
  await emit("arguments-came");
  await vi.waitFor(() => expect(named("add_arguments")).toHaveLength(2));
  expect(session.stage.hasWaiting).toBe(false);
  session.stop();
});

test("what comes while the last is taken over is taken once, after it", async () => {
  let waiting = 1;
  let answer: (view: unknown) => void = () => {};
  const { session, named } = window("open", {
    status: () => ({ stage: { stage: "open" }, store: "vault", version: "0.1.0", has_waiting: waiting > 0 }),
    add_arguments: () => {
      waiting -= 1;
      return new Promise((done) => (answer = done));
    },
  });
  const starting = session.start();
  await vi.waitFor(() => expect(named("add_arguments")).toHaveLength(1));
  await emit("arguments-came");
  await emit("stage-changed", { stage: "open" });
  await settled();
  expect(named("add_arguments")).toHaveLength(1);
  waiting += 1;
  answer({ found: [], warnings: [] });
  await vi.waitFor(() => expect(named("add_arguments")).toHaveLength(2));
  answer({ found: [], warnings: [] });
  await starting;
  expect(named("add_arguments")).toHaveLength(2);
  session.stop();
});

test("a hand-off that the app was started with opens its own sheet", async () => {
  const held = { name: "maya.lockstep", device: null, needs: { kind: "passphrase" } };
  const { session } = window("open", {
    status: () => ({ stage: { stage: "open" }, store: "vault", version: "0.1.0", has_waiting: true }),
    add_arguments: () => {
      throw refusal("is-hand-off", "This is a device that was enrolled for you.");
    },
    held_hand_off: () => held,
  });
  await session.start();
  expect(session.preview.isOpen).toBe(false);
  expect(session.handOff.held).toEqual(held);
  session.stop();
});

test("hidden codes are hidden from the first row on", async () => {
  const { session, named } = window("open");
  await session.start();
  session.codes.enter(account({ id: "a" }));
  await settled();
  expect(named("codes")).toEqual([]);
  session.stop();
});

test("a refusal is shown with its remedy, and the window opens although its settings cannot be read", async () => {
  const { session } = window("open", {
    settings: () => {
      throw refusal("settings-damaged", "The settings cannot be read.");
    },
    codes: () => [],
  });
  await session.start();
  expect(session.toasts.current?.text).toBe("The settings cannot be read. Try something else.");
  expect(session.accounts.all).toHaveLength(1);
  session.stop();
});

test("a first start leads to every view but the list of accounts, which has nothing to show yet", async () => {
  const { session } = window("first-run");
  await session.start();
  expect(session.isInside).toBe(false);
  session.view = "aws";
  expect(session.isInside).toBe(true);
  session.view = "accounts";
  expect(session.isInside).toBe(false);
  session.stop();
});
