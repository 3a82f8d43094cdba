import { commands, type Stage, type Status, type StoreKind, type StoreMove } from "../ipc/bindings";
import { call } from "../ipc/call";

/** What the window shows: a gate, or the accounts. */
export class StageState {
  current = $state.raw<Stage>({ stage: "opening" });
  store = $state<StoreKind | null>(null);
  version = $state("");
  /** Links or files that the app was started with wait until the accounts are open. */
  hasWaiting = $state(false);

  async load(): Promise<void> {
    this.take(await call(commands.status()));
  }

  take({ stage, store, version, has_waiting }: Status): void {
    this.current = stage;
    this.store = store;
    this.version = version;
    this.hasWaiting = has_waiting;
  }

  async retry(): Promise<void> {
    await call(commands.retry());
  }

  async createVault(passphrase: string): Promise<void> {
    await call(commands.createVault(passphrase));
  }

  async unlockVault(passphrase: string): Promise<void> {
    await call(commands.unlockVault(passphrase));
  }

  /** Where the seeds can be moved to. */
  askMove = (): Promise<StoreMove> => call(commands.storeMove());

  async moveStore(passphrase: string): Promise<void> {
    await call(commands.moveStore(passphrase));
  }

  async lock(): Promise<void> {
    await call(commands.lock());
  }
}
