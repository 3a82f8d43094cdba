import {
  commands,
  type AwsDevice,
  type AwsDevices as Listed,
  type AwsTag,
  type DeedProgress,
  type DeviceDeed,
  type DeviceDone,
  type TypedCodes,
} from "../ipc/bindings";
import { asFailure, call, type CommandFailure } from "../ipc/call";
import { Deed } from "./deed.svelte";

/** What is asked about before it is done, and to which device. */
export type Asking = { device: AwsDevice; deed: DeviceDeed };

/** The user's devices in AWS, and what is done to one at a time. */
export class AwsDevices {
  readonly deed = new Deed();
  listed = $state.raw<Listed | null>(null);
  problem = $state.raw<CommandFailure | null>(null);
  isLoading = $state(false);
  /** The device that something is being done to. */
  busy = $state<string | null>(null);
  /** What waits for the person's word, or for codes of the device. */
  asking = $state.raw<Asking | null>(null);
  /** The device whose tags are shown. */
  tagged = $state.raw<AwsDevice | null>(null);
  tags = $state.raw<AwsTag[]>([]);
  #round = 0;

  hear(progress: DeedProgress): void {
    if (this.busy) this.deed.hear(progress);
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    this.isLoading = true;
    try {
      const listed = await call(commands.awsDevices());
      if (round !== this.#round) return;
      this.listed = listed;
      this.problem = null;
    } catch (cause) {
      if (round === this.#round) this.problem = asFailure(cause);
    } finally {
      if (round === this.#round) this.isLoading = false;
    }
  }

  ask(device: AwsDevice, deed: DeviceDeed): void {
    this.asking = { device, deed };
  }

  answer(): void {
    this.asking = null;
  }

  /** Does it and looks again; nothing when it was refused, which is thrown. */
  async do({ serial }: AwsDevice, deed: DeviceDeed, codes: TypedCodes | null = null): Promise<DeviceDone> {
    this.asking = null;
    this.deed.clear();
    this.busy = serial;
    try {
      return await call(commands.awsDeviceDeed(serial, deed, codes));
    } finally {
      this.busy = null;
      await this.load();
    }
  }

  async openTags(device: AwsDevice): Promise<void> {
    this.tags = await call(commands.awsTags(device.serial));
    this.tagged = device;
  }

  closeTags(): void {
    this.tagged = null;
    this.tags = [];
  }

  setTag(name: string, value: string): Promise<void> {
    return this.#changeTags((serial) => commands.setAwsTag(serial, name, value));
  }

  removeTag(name: string): Promise<void> {
    return this.#changeTags((serial) => commands.removeAwsTag(serial, name));
  }

  clear(): void {
    this.#round += 1;
    this.deed.clear();
    this.listed = null;
    this.problem = null;
    this.isLoading = false;
    this.busy = null;
    this.asking = null;
    this.closeTags();
  }

  async #changeTags(change: (serial: string) => ReturnType<typeof commands.removeAwsTag>): Promise<void> {
    const device = this.tagged;
    if (!device) return;
    await call(change(device.serial));
    const tags = await call(commands.awsTags(device.serial));
    if (this.tagged === device) this.tags = tags;
  }
}
