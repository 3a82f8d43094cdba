import type { DeedProgress, DeviceDeed } from "../ipc/bindings";
import { AwsDevices } from "./awsDevices.svelte";
import { AwsSessions } from "./awsSessions.svelte";
import { Pair } from "./pair.svelte";
import { Protect } from "./protect.svelte";

export type AwsTab = "protect" | "devices" | "pair" | "sessions";

/** What the AWS view shows below the connection. */
export class AwsTabs {
  readonly protect = new Protect();
  readonly devices = new AwsDevices();
  readonly pair = new Pair();
  readonly sessions = new AwsSessions();
  current = $state<AwsTab>("protect");
  /** What the list of accounts wants done to a device, once whoever it belongs to is connected. */
  wanted = $state.raw<{ serial: string; deed: DeviceDeed } | null>(null);
  #who: string | null = null;

  /** Whoever is asked for now: what was shown of somebody else goes. */
  meet(who: string | null): void {
    if (who === this.#who) return;
    this.#who = who;
    const { wanted } = this;
    this.clear();
    this.wanted = wanted;
  }

  /** One deed at a time is under way, and whoever began it listens. */
  hear(progress: DeedProgress): void {
    this.protect.hear(progress);
    this.devices.hear(progress);
    this.sessions.hear(progress);
  }

  /** Nothing of what was shown stays. */
  clear(): void {
    this.wanted = null;
    this.protect.clear();
    this.devices.clear();
    this.pair.clear();
    this.sessions.clear();
  }
}
