import { commands } from "../ipc/bindings";
import { call } from "../ipc/call";

/** How often the device is told at most: it counts minutes. */
const EVERY_MS = 20_000;

/** Tells the device that somebody is there, so that it does not lock. Nothing runs in between. */
export class Presence {
  #time: () => number;
  #told = -Infinity;

  constructor(time: () => number = Date.now) {
    this.#time = time;
  }

  async touched(): Promise<void> {
    const now = this.#time();
    // A clock that was set back must not silence the window.
    if (now >= this.#told && now - this.#told < EVERY_MS) return;
    this.#told = now;
    await call(commands.somebodyIsThere());
  }
}
