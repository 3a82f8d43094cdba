import { commands, type SurroundingsView } from "../ipc/bindings";
import { call } from "../ipc/call";

/** What works on this desktop of what the settings offer. */
export class Surroundings {
  /** Nothing before the desktop has answered. */
  current = $state.raw<SurroundingsView | null>(null);

  async load(): Promise<void> {
    this.current = await call(commands.surroundings());
  }

  async startAtLogin(wanted: boolean): Promise<void> {
    this.current = await call(commands.startAtLogin(wanted));
  }
}
