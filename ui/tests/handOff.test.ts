import { expect, test } from "vitest";

import type { AddedView, HeldHandOff } from "../src/ipc/bindings";
import { HandOff } from "../src/state/handOff.svelte";
import { device, refusal, settled } from "./device";

const closed: HeldHandOff = { name: "maya.lockstep", device: null, needs: { kind: "passphrase" } };

function opened(code: string, valid_until: number): HeldHandOff {
  return {
    name: "maya.lockstep",
    needs: null,
    device: {
      user: "maya",
      account: "123456789012",
      serial: "arn:aws:iam::123456789012:mfa/maya-1",
      by: "arn:aws:iam::123456789012:user/omar",
      made: 1,
      found: {
        row: 0,
        source: "maya.lockstep",
        issuer: "Amazon Web Services",
        name: "maya@halden",
        type: "totp",
        algorithm: "SHA1",
        digits: 6,
        period: 30,
        aws: null,
        code,
        valid_until,
        warnings: [],
        finding: { kind: "keepable" },
      },
    },
  };
}

const added: AddedView = {
  id: "a",
  issuer: "Amazon Web Services",
  name: "maya@halden",
  outcome: "added",
  reason: "",
  warnings: [],
};

test("a wrong passphrase is said, and the hand-off can be tried again and added", async () => {
  let tries = 0;
  device({
    held_hand_off: () => closed,
    unlock_hand_off: () => {
      tries += 1;
      if (tries === 1) throw refusal("hand-off-passphrase-wrong", "the passphrase does not open this file");
      return opened("123456", 30);
    },
    add_hand_off: () => added,
  });
  const handOff = new HandOff();
  await handOff.openHeld();
  await handOff.unlock("wrong");
  expect(handOff.problem?.code).toBe("hand-off-passphrase-wrong");
  expect(handOff.held).toEqual(closed);
  await handOff.unlock("right");
  expect(handOff.problem).toBeNull();
  expect(handOff.held?.device?.user).toBe("maya");
  await handOff.add();
  expect(handOff.added).toEqual(added);
});

test("choosing no key leaves the sheet as it was", async () => {
  device({ held_hand_off: () => closed, choose_identity: () => null });
  const handOff = new HandOff();
  await handOff.openHeld();
  await handOff.chooseIdentity();
  expect(handOff.held).toEqual(closed);
  expect(handOff.isBusy).toBe(false);
});

test("the code on the sheet is that of the moment", async () => {
  let asked = 0;
  device({ held_hand_off: () => (asked++ === 0 ? opened("123456", 30) : opened("654321", 60)) });
  const handOff = new HandOff();
  await handOff.openHeld();
  await handOff.tick(29);
  expect(asked).toBe(1);
  await handOff.tick(30);
  expect(handOff.held?.device?.found.code).toBe("654321");
});

test("a sheet that was closed or locked while a passphrase was tried stays closed", async () => {
  for (const leave of ["close", "clear"] as const) {
    let answer: (held: HeldHandOff) => void = () => {};
    device({
      held_hand_off: () => closed,
      discard_hand_off: () => null,
      unlock_hand_off: () => new Promise<HeldHandOff>((resolve) => (answer = resolve)),
    });
    const handOff = new HandOff();
    await handOff.openHeld();
    const unlocking = handOff.unlock("right");
    await settled();
    await handOff[leave]();
    answer(opened("123456", 30));
    await unlocking;
    expect(handOff.held).toBeNull();
  }
});

test("a hand-off that is dropped while the accounts are locked is given up", async () => {
  let answer: (held: HeldHandOff) => void = () => {};
  const { named } = device({
    held_hand_off: () => new Promise<HeldHandOff>((resolve) => (answer = resolve)),
    discard_hand_off: () => null,
  });
  const handOff = new HandOff();
  const opening = handOff.openHeld();
  await settled();
  handOff.clear();
  answer(opened("123456", 30));
  await opening;
  expect(handOff.held).toBeNull();
  expect(named("discard_hand_off")).toHaveLength(1);
});
