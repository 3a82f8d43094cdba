import { expect, test } from "vitest";

import type { FoundView, PreviewView } from "../src/ipc/bindings";
import { Preview } from "../src/state/preview.svelte";
import { device, refusal, settled } from "./device";

function found(row: number, change: Partial<FoundView> = {}): FoundView {
  return {
    row,
    source: "a.png",
    issuer: "GitHub",
    name: "maya",
    type: "totp",
    algorithm: "SHA1",
    digits: 6,
    period: 30,
    aws: null,
    code: "123456",
    valid_until: 30,
    warnings: [],
    finding: { kind: "keepable" },
    ...change,
  };
}

const view = (...found: FoundView[]): PreviewView => ({ found, warnings: [] });

const here = found(1, { finding: { kind: "already-here", id: "x", label: "GitHub" } });

test("what can be kept is chosen, what is here already is not", async () => {
  device({ add_paths: () => view(found(0), here) });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  expect(preview.isOpen).toBe(true);
  expect(preview.chosen).toEqual([0]);
});

test("a row somebody unticked stays unticked when more is found and when codes change", async () => {
  device({
    add_paths: () => view(found(0)),
    add_text: () => view(found(0), found(1)),
    preview: () => view(found(0, { valid_until: 60 }), found(1, { valid_until: 60 })),
  });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  preview.choose(0, false);
  await preview.addText("otpauth://…");
  expect(preview.chosen).toEqual([1]);
  await preview.tick(30);
  expect(preview.chosen).toEqual([1]);
});

test("codes are asked for again only when one has ended", async () => {
  const { named } = device({
    add_paths: () => view(found(0)),
    preview: () => view(found(0, { valid_until: 60 })),
  });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  for (const now of [28, 29, 30, 31]) await preview.tick(now);
  expect(named("preview")).toHaveLength(1);
});

test("a refusal is shown and what was found before stays", async () => {
  device({
    add_paths: () => view(found(0)),
    add_clipboard: () => {
      throw refusal("clipboard-empty", "The clipboard is empty.");
    },
  });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  await preview.addClipboard();
  expect(preview.problem?.message).toBe("The clipboard is empty.");
  expect(preview.found).toHaveLength(1);
});

test("what is odd about the whole is shown until the sheet closes", async () => {
  const missing = { name: "export-incomplete", message: "2 of 3 QR codes of the export are here." };
  device({ add_paths: () => ({ ...view(found(0)), warnings: [missing] }), discard_preview: () => null });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  expect(preview.warnings).toEqual([missing]);
  await preview.close();
  expect(preview.warnings).toEqual([]);
});

test("the list of other apps and the form take turns, and give way to what was found", async () => {
  device({ add_paths: () => view(found(0)), discard_preview: () => null });
  const preview = new Preview();
  preview.openListing();
  await preview.toggle("typing");
  expect([preview.isListing, preview.isTyping]).toEqual([false, true]);
  await preview.toggle("listing");
  expect([preview.isListing, preview.isTyping]).toEqual([true, false]);
  await preview.addPaths(["aegis.json"]);
  expect([preview.isOpen, preview.isListing]).toEqual([true, false]);
});

test("the list of other apps gives way to the question for a password, and stays when no file was chosen", async () => {
  device({
    choose_images: () => null,
    add_paths: () => {
      throw refusal("file-password-needed", "The file is protected.");
    },
  });
  const preview = new Preview();
  preview.openListing();
  await preview.chooseImages();
  expect(preview.isListing).toBe(true);
  await preview.addPaths(["vault.json"]);
  expect([preview.isListing, preview.problem?.code]).toEqual([false, "file-password-needed"]);
});

test("codes seen by the camera are looked at and chosen like those of a picture, beside what was found before", async () => {
  device({
    add_paths: () => view(found(0)),
    cameras: () => [{ id: "/dev/video0", name: "Integrated Camera" }],
    open_camera: () => null,
    look: () => ({ kind: "found", preview: view(found(0), found(1)) }),
  });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  await preview.toggle("camera");
  expect(preview.chosen).toEqual([0, 1]);
  expect(preview.camera.isOpen).toBe(false);
});

test("a camera that cannot be used says why, and the form and the list switch it off", async () => {
  let looks = 0;
  const { named } = device({
    cameras: () => [{ id: "/dev/video0", name: "Integrated Camera" }],
    open_camera: () => {
      if (looks === 0) throw refusal("camera-busy", "Another program uses it.");
      return null;
    },
    look: () => new Promise(() => (looks += 1)),
    close_camera: () => null,
  });
  const preview = new Preview();
  await preview.toggle("camera");
  expect([preview.camera.isOpen, preview.problem?.code]).toEqual([false, "camera-busy"]);
  looks = 1;
  void preview.toggle("camera");
  await settled();
  expect([preview.camera.isOpen, preview.problem]).toEqual([true, null]);
  await preview.toggle("typing");
  expect([preview.camera.isOpen, preview.isTyping]).toEqual([false, true]);
  expect(named("close_camera")).toHaveLength(1);
});

test("the person is told to draw while a region is chosen", async () => {
  let answer: (view: unknown) => void = () => {};
  device({ add_region: () => new Promise((resolve) => (answer = resolve)) });
  const preview = new Preview();
  await preview.toggle("typing");
  const drawing = preview.addRegion();
  await settled();
  expect([preview.isDrawing, preview.isTyping]).toEqual([true, false]);
  answer(view(found(0)));
  await drawing;
  expect([preview.isDrawing, preview.chosen]).toEqual([false, [0]]);
});

test("the camera goes off for a region that is drawn, so that the person is told to draw", async () => {
  const { named } = device({
    cameras: () => [{ id: "/dev/video0", name: "Integrated Camera" }],
    open_camera: () => null,
    look: () => new Promise(() => {}),
    close_camera: () => null,
    add_region: () => new Promise(() => {}),
  });
  const preview = new Preview();
  void preview.toggle("camera");
  await settled();
  void preview.addRegion();
  await settled();
  expect([preview.camera.isOpen, preview.isDrawing]).toEqual([false, true]);
  expect(named("close_camera")).toHaveLength(1);
  expect(named("add_region")).toHaveLength(1);
});

test("closing gives up what was found", async () => {
  const { named } = device({ add_paths: () => view(found(0)), discard_preview: () => null });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  await preview.close();
  expect(named("discard_preview")).toHaveLength(1);
  expect([preview.isOpen, preview.found, preview.chosen]).toEqual([false, [], []]);
});

test("what is found after closing is given up, and does not open the sheet again", async () => {
  let answer: (view: unknown) => void = () => {};
  const { named } = device({
    add_paths: () => new Promise((resolve) => (answer = resolve)),
    discard_preview: () => null,
  });
  const preview = new Preview();
  const adding = preview.addPaths(["slow.png"]);
  await settled();
  await preview.close();
  answer(view(found(0)));
  await adding;
  expect(preview.isOpen).toBe(false);
  expect(preview.found).toEqual([]);
  expect(named("discard_preview")).toHaveLength(2);
});

test("giving up a password gives the protected file up", async () => {
  const { named } = device({
    add_paths: () => {
      throw refusal("file-password-needed", "The file is protected.");
    },
    discard_preview: () => null,
  });
  const preview = new Preview();
  await preview.addPaths(["vault.json"]);
  expect(preview.found).toEqual([]);
  await preview.close();
  expect(named("discard_preview")).toHaveLength(1);
});

test("a protected file that is read after closing is given up", async () => {
  let refuse: (cause: unknown) => void = () => {};
  const { named } = device({
    add_paths: () => new Promise((_, reject) => (refuse = reject)),
    discard_preview: () => null,
  });
  const preview = new Preview();
  const adding = preview.addPaths(["vault.json"]);
  await settled();
  await preview.close();
  refuse(refusal("file-password-needed", "The file is protected."));
  await adding;
  expect(named("discard_preview")).toHaveLength(2);
  expect(preview.problem).toBeNull();
});

test("the chosen rows are kept and the sheet closes", async () => {
  const row = { issuer: "GitHub", name: "maya", warnings: [] };
  const { named } = device({
    add_paths: () => view(found(0), found(1)),
    keep: () => [
      { ...row, id: "n", outcome: "added", reason: "" },
      { ...row, id: "m", outcome: "duplicate", reason: "already here" },
    ],
  });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  const added = await preview.keep();
  expect(named("keep")).toEqual([{ rows: [0, 1] }]);
  expect(added.map(({ id }) => id)).toEqual(["n"]);
  expect(preview.isOpen).toBe(false);
});

test("what cannot be stored stays to be looked at, with the reason", async () => {
  device({
    add_paths: () => view(found(0)),
    keep: () => {
      throw refusal("folder-full", "The disk is full.");
    },
  });
  const preview = new Preview();
  await preview.addPaths(["a.png"]);
  expect(await preview.keep()).toEqual([]);
  expect([preview.isOpen, preview.found.length]).toEqual([true, 1]);
  expect(preview.problem?.message).toBe("The disk is full.");
});
