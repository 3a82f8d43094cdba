import type { AccountView } from "../ipc/bindings";

export type EditField = "issuer" | "tags";

/** Which account is being edited, and with which field first. */
class Editing {
  account = $state.raw<AccountView | null>(null);
  field = $state<EditField>("issuer");

  open(account: AccountView, field: EditField): void {
    this.account = account;
    this.field = field;
  }

  close(): void {
    this.account = null;
  }
}

export const editing = new Editing();
