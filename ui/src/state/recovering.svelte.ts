import { commands, type FleetDeviceView, type FleetMember, type Recovered } from "../ipc/bindings";
import { call } from "../ipc/call";
import { WayForm } from "./handOffWay.svelte";
import { SheetRound } from "./sheetRound.svelte";

/** One user looked at, and helped after a lost phone. */
export class Recovering extends SheetRound {
  user = $state.raw<FleetMember | null>(null);
  /** What the user has at this moment; nothing as long as AWS was not asked. */
  devices = $state.raw<FleetDeviceView[] | null>(null);
  isAnew = $state(true);
  readonly form = new WayForm();

  /** Opens the sheet, and asks AWS which devices there are. */
  async open(user: FleetMember): Promise<void> {
    this.clear();
    this.user = user;
    if (user.is_caller) return;
    await this.work(async (round) => {
      const devices = await call(commands.fleetDevices({ account: user.account, user: user.user }));
      if (round !== this.round) return;
      this.devices = devices;
      // For who has none there is nothing else to do.
      if (devices.length === 0) this.isAnew = true;
    });
  }

  get canGo(): boolean {
    const { devices } = this;
    if (this.isBusy || devices === null || (devices.length === 0 && !this.isAnew)) return false;
    return !this.isAnew || this.form.isComplete;
  }

  /** Takes the devices, and begins to enrol a new one where it is wanted. */
  async go(): Promise<Recovered | null> {
    const { user } = this;
    let done: Recovered | null = null;
    if (user === null || !this.canGo) return null;
    await this.work(async () => {
      done = await call(
        commands.recoverUser({ account: user.account, user: user.user }, this.isAnew ? this.form.way : null),
      );
      this.clear();
    });
    return done;
  }

  clear(): void {
    this.endRound();
    this.user = null;
    this.devices = null;
  }
}
