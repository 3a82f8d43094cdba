import { expect, test } from "vitest";

import { sampleSurroundings } from "../dev/samples";
import { idleHint, sessionHint, trayHint } from "../src/components/settings/lacks";
import { Surroundings } from "../src/state/surroundings.svelte";
import { device, refusal } from "./device";

test("what the desktop does at log-in is what it answers, not what was asked for", async () => {
  device({
    surroundings: () => ({ ...sampleSurroundings(), starts_at_login: true }),
    start_at_login: () => {
      throw refusal("autostart-not-set", "Starting at log-in cannot be set.");
    },
  });
  const surroundings = new Surroundings();
  await surroundings.load();
  await expect(surroundings.startAtLogin(false)).rejects.toThrow("Starting at log-in cannot be set.");
  expect(surroundings.current?.starts_at_login).toBe(true);
});

test("what a desktop does not say is said beside the setting", () => {
  const all = sampleSurroundings();
  expect(sessionHint(all)).toBe("On suspend and when the screen is locked.");
  expect(sessionHint({ ...all, lacks_screen_lock: "service" })).toContain("On suspend.");
  expect(sessionHint({ ...all, lacks_suspend: "bus" })).toContain("When the screen is locked.");
  expect(sessionHint({ ...all, lacks_suspend: "bus", lacks_screen_lock: "bus" })).toContain("neither");
  expect(idleHint({ ...all, lacks_idle: "service" })).toContain("Only input to this window counts");
  expect(trayHint({ ...all, lacks_tray: "service" })).toContain("no tray");
});
