import { expect, test } from "vitest";

import { Camera } from "../src/state/camera.svelte";
import { device, settled } from "./device";

const CAMERAS = [
  { id: "/dev/video0", name: "Integrated Camera" },
  { id: "/dev/video2", name: "Desk Camera" },
];

const glimpse = (picture: string): unknown => ({ kind: "glimpse", picture });
const nobody = { found: () => {}, failed: () => {} };

/** A page that can be hidden. */
function page(): { document: Document; hide: () => void } {
  let listener: () => void = () => {};
  const document = {
    hidden: false,
    addEventListener: (_: string, heard: () => void) => (listener = heard),
    removeEventListener: () => (listener = () => {}),
  };
  const hide = (): void => {
    document.hidden = true;
    listener();
  };
  return { document: document as unknown as Document, hide };
}

/** A device whose camera shows these things, and nothing more afterwards. */
function showing(...looks: unknown[]): ReturnType<typeof device> {
  return device({
    cameras: () => CAMERAS,
    open_camera: () => null,
    close_camera: () => null,
    look: () => looks.shift() ?? new Promise(() => {}),
  });
}

test("the usual camera is switched on and what it sees is shown until a code was found", async () => {
  const preview = { found: [], warnings: [] };
  const { named } = showing(glimpse("one"), { kind: "waiting" }, { kind: "found", preview });
  const camera = new Camera(page().document);
  const found: unknown[] = [];
  await camera.open({ found: (view) => found.push(view), failed: () => {} });
  expect(named("open_camera")).toEqual([{ id: "/dev/video0" }]);
  expect(named("look")).toHaveLength(3);
  expect(found).toEqual([preview]);
  expect([camera.isOpen, camera.picture]).toEqual([false, ""]);
});

test("the last picture stays until the next one comes", async () => {
  showing(glimpse("one"), glimpse("two"), { kind: "waiting" });
  const camera = new Camera(page().document);
  void camera.open(nobody);
  await settled();
  expect([camera.picture, camera.chosen]).toEqual(["two", "/dev/video0"]);
});

test("another camera takes the place of the first", async () => {
  const { named } = showing(glimpse("one"));
  const camera = new Camera(page().document);
  void camera.open(nobody);
  await settled();
  void camera.choose("/dev/video2");
  await settled();
  expect(named("open_camera")).toEqual([{ id: "/dev/video0" }, { id: "/dev/video2" }]);
  expect([camera.chosen, camera.picture]).toEqual(["/dev/video2", ""]);
});

test("the camera goes off when the window is hidden", async () => {
  const { named } = showing(glimpse("one"));
  const { document, hide } = page();
  const camera = new Camera(document);
  void camera.open(nobody);
  await settled();
  hide();
  await settled();
  expect(named("close_camera")).toHaveLength(1);
  expect([camera.isOpen, camera.picture]).toEqual([false, ""]);
});

test("a camera that was switched off while it woke up does not stay on", async () => {
  let awake: (nothing: null) => void = () => {};
  const { named } = device({
    cameras: () => CAMERAS,
    open_camera: () => new Promise((resolve) => (awake = resolve)),
    close_camera: () => null,
  });
  const camera = new Camera(page().document);
  const opening = camera.open(nobody);
  await settled();
  await camera.close();
  awake(null);
  await opening;
  expect(named("close_camera")).toHaveLength(2);
  expect(named("look")).toHaveLength(0);
});

test("a camera that is unplugged is told with its reason, and is not looked through any more", async () => {
  device({
    cameras: () => CAMERAS,
    open_camera: () => null,
    look: () => {
      throw { code: "camera-unplugged", message: "It was unplugged.", remedy: "Connect it again." };
    },
  });
  const failures: unknown[] = [];
  const camera = new Camera(page().document);
  await camera.open({ found: () => {}, failed: (cause) => failures.push(cause) });
  expect(failures).toHaveLength(1);
  expect(camera.isOpen).toBe(false);
});
