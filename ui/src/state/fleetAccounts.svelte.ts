import { commands, type AccountsWay, type NamedAccount } from "../ipc/bindings";
import { call } from "../ipc/call";
import { SheetRound } from "./sheetRound.svelte";

/** Several accounts: a list of roles is named, and what it names is looked at before anything is read. */
export class FleetAccounts extends SheetRound {
  isOpen = $state(false);
  /** Whether it is shown why some accounts could not be read. */
  areUnreadShown = $state(false);
  /** The list. It is named here and read elsewhere. */
  path = $state("");
  /** The accounts of the list; nothing as long as it was not looked at. */
  named = $state.raw<NamedAccount[] | null>(null);
  /** The list that was looked at; empty for the practice accounts. */
  #looked = $state("");

  /** The accounts, as long as no other list was named since. */
  get current(): NamedAccount[] | null {
    return this.#looked === this.path.trim() ? this.named : null;
  }

  open(): void {
    this.clear();
    this.isOpen = true;
  }

  /** Looks which accounts the list names; what is wrong with it stands in `problem`. */
  async look(): Promise<void> {
    const path = this.path.trim();
    if (path !== "") await this.#name({ kind: "file", path }, path);
  }

  /** The same for the accounts that the practice account has beside it. */
  async practise(): Promise<void> {
    this.path = "";
    await this.#name({ kind: "practice" }, "");
  }

  async choose(): Promise<void> {
    const path = await call(commands.chooseFleetPath("list"));
    if (path !== null) this.take(path);
  }

  /** The list that was chosen, or dropped on the window. */
  take(path: string): void {
    this.path = path;
    void this.look();
  }

  clear(): void {
    this.endRound();
    this.isOpen = false;
    this.areUnreadShown = false;
    this.named = null;
  }

  async #name(way: AccountsWay, looked: string): Promise<void> {
    if (this.isBusy) return;
    this.named = null;
    await this.work(async (round) => {
      const named = await call(commands.nameAccounts(way));
      if (round !== this.round) return;
      this.named = named;
      this.#looked = looked;
    });
  }
}
