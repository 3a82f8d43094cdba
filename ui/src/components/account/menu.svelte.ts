import type { AccountView } from "../../ipc/bindings";

type Measurable = { getBoundingClientRect: () => DOMRect };

/** The one menu of the list: for which account it is open, and where. */
class RowMenu {
  account = $state.raw<AccountView | null>(null);
  anchor = $state.raw<HTMLElement | Measurable | null>(null);

  openAt(account: AccountView, { x, y }: { x: number; y: number }): void {
    this.anchor = { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) };
    this.account = account;
  }

  openUnder(account: AccountView, element: HTMLElement): void {
    this.anchor = element;
    this.account = account;
  }

  close(): void {
    this.account = null;
  }
}

export const menu = new RowMenu();
