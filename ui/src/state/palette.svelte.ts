import { detail, heading } from "./label";
import type { AccountView } from "../ipc/bindings";
import { copy, copyOffered } from "./actions";
import { arrange, terms } from "./arrange";
import { actionsOf, type Action, type ActionGroup } from "./registry";
import type { Session } from "./session.svelte";

/** As many accounts as leave room for what can be done. */
const MOST_ACCOUNTS = 5;
const UNASKED_ACCOUNTS = 3;

/** The command palette: every account's code and every action, by a few letters. */
export class Palette {
  isOpen = $state(false);
  query = $state("");
  /** The row that Enter takes. */
  chosen = $state("");
  #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The accounts that match; before anything is typed, those that were used last. */
  accounts = $derived.by((): AccountView[] => {
    if (!this.isOpen) return [];
    const { all } = this.#session.accounts;
    if (this.query.trim()) return arrange(all, this.query, "own").slice(0, MOST_ACCOUNTS);
    const used = all.filter(({ last_used }) => last_used !== null);
    return arrange(used, "", "used").slice(0, UNASKED_ACCOUNTS);
  });

  /** What can be done, first what begins with the words that were typed. */
  actions = $derived.by((): Action[] => {
    if (!this.isOpen) return [];
    const wanted = terms(this.query);
    // The palette does not offer itself.
    const found = actionsOf(this.#session).filter(
      (action) => action.id !== "palette" && wanted.every((term) => textOf(action).includes(term)),
    );
    return found.toSorted((one, other) => Number(this.#begins(other)) - Number(this.#begins(one)));
  });

  /** The groups of actions in their order: where a view's name is typed, the views come first. */
  groups = $derived.by((): ActionGroup[] => {
    const [first] = this.actions;
    return first?.group === "go" && this.#begins(first) ? ["go", "do"] : ["do", "go"];
  });

  #begins(action: Action): boolean {
    const typed = terms(this.query).join(" ");
    return typed !== "" && textOf(action).startsWith(typed);
  }

  get isEmpty(): boolean {
    return this.accounts.length === 0 && this.actions.length === 0;
  }

  open(): void {
    this.query = "";
    this.chosen = "";
    this.isOpen = true;
    // As whom one may connect changes outside of the window, too.
    void this.#session.attempt(() => this.#session.aws.loadChoices());
  }

  close(): void {
    this.isOpen = false;
    this.#session.codes.showBeside([]);
  }

  run(action: Action): void {
    this.close();
    action.run();
  }

  copy(account: AccountView): void {
    this.close();
    void copyOffered(this.#session, account);
  }

  /** The chosen account's next code; nothing where something else is chosen. */
  copyNext(): void {
    const account = this.accounts.find(({ id }) => rowOf(id) === this.chosen);
    if (!account || account.type === "hotp") return;
    this.close();
    void copy(this.#session, account, "next");
  }
}

const textOf = ({ label }: Action): string => terms(label).join(" ");

/** What an account's row is called among those of the palette. */
export const rowOf = (id: string): string => `account-${id}`;

/** What stands beside the name: whom the code is for. */
export const who = (account: AccountView): string =>
  detail(account) === heading(account) ? "" : detail(account);
