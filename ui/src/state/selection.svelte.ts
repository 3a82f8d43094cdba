import type { AccountId, AccountView } from "../ipc/bindings";

export type Step = "up" | "down" | "first" | "last";

/** Which row the keyboard is on. One row can be reached by Tab; arrows move among the others. */
export class Selection {
  #wanted = $state<AccountId | null>(null);
  /** The row that is to take the focus as soon as it is drawn. */
  focusing = $state<AccountId | null>(null);
  #place = 0;
  #rows: () => AccountView[];

  constructor(rows: () => AccountView[]) {
    this.#rows = rows;
  }

  /** The row that holds the keyboard's place: the chosen one, else the one that took its place. Each row that is drawn
   * asks, so it is looked for once. */
  active: AccountView | undefined = $derived.by(() => {
    const rows = this.#rows();
    return rows.find(({ id }) => id === this.#wanted) ?? rows[Math.min(this.#place, rows.length - 1)];
  });

  get index(): number {
    const active = this.active;
    return active ? this.#rows().indexOf(active) : -1;
  }

  choose(id: AccountId): void {
    this.#wanted = id;
    this.#place = this.index;
  }

  focus(id: AccountId): void {
    this.choose(id);
    this.focusing = id;
  }

  /** Moves the keyboard's place and gives the focus there. */
  move(step: Step): void {
    const rows = this.#rows();
    const to = { up: this.index - 1, down: this.index + 1, first: 0, last: rows.length - 1 }[step];
    const row = rows[Math.max(0, Math.min(to, rows.length - 1))];
    if (row) this.focus(row.id);
  }

  /** Back to the first row, because what is shown has changed. */
  reset(): void {
    this.#wanted = null;
    this.#place = 0;
  }
}
