import { SvelteMap } from "svelte/reactivity";

import {
  commands,
  type AccountId,
  type AccountView,
  type CodeView,
  type CommandError,
} from "../ipc/bindings";
import { call } from "../ipc/call";

type Shown = { id: AccountId; hotp: boolean };
const shown = ({ id, type }: AccountView): Shown => ({ id, hotp: type === "hotp" });
type Refusal = { error: CommandError; again: number };

export const REVEALED_FOR_S = 10;
/** When a refused code is asked for again. */
const AGAIN_AFTER_S = 30;

/** The codes of the rows that can be seen, and of no others: asked for in one call per step. */
export class Codes {
  #codes = new SvelteMap<AccountId, CodeView>();
  #refusals = new SvelteMap<AccountId, Refusal>();
  #revealed = new SvelteMap<AccountId, number>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #seen = new Map<AccountId, Shown>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #asked = new Set<AccountId>();
  #beside: Shown[] = [];
  #hidden = false;
  #now = 0;
  #scheduled = false;
  #round = 0;
  #onFailure: (cause: unknown) => void;

  constructor(onFailure: (cause: unknown) => void) {
    this.#onFailure = onFailure;
  }

  of(id: AccountId): CodeView | undefined {
    return this.#codes.get(id);
  }

  refusalOf(id: AccountId): CommandError | undefined {
    return this.#refusals.get(id)?.error;
  }

  /** When the first of the codes that are shown becomes stale, in seconds since the Unix epoch. */
  get due(): number {
    const shown = [...this.#seen.keys()].map((id) => this.#codes.get(id)?.valid_until ?? Infinity);
    return Math.min(...shown);
  }

  isRevealed(id: AccountId): boolean {
    return this.#revealed.has(id);
  }

  /** A row came into sight. */
  enter(account: AccountView): void {
    this.#seen.set(account.id, shown(account));
    this.#askSoon();
  }

  /** A row went out of sight. */
  leave(id: AccountId): void {
    this.#seen.delete(id);
  }

  /** The accounts that are shown beside the list at the moment, such as in the palette. */
  showBeside(accounts: AccountView[]): void {
    this.#beside = accounts.map(shown);
    this.#askSoon();
  }

  /** Asks for the codes of rows that are about to be drawn. */
  async fetch(accounts: AccountView[]): Promise<void> {
    await this.#ask(this.#due(accounts.map(shown)));
  }

  /** Hides every code that is not revealed; a hidden code is not asked for and not kept. */
  hide(hidden: boolean): void {
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#revealed.clear();
    if (hidden) this.#codes.clear();
    this.#askSoon();
  }

  reveal(id: AccountId): void {
    this.#revealed.set(id, this.#now + REVEALED_FOR_S);
    this.#askSoon();
  }

  conceal(id: AccountId): void {
    this.#revealed.delete(id);
    if (this.#hidden) this.#codes.delete(id);
  }

  async nextHotp(id: AccountId): Promise<CodeView> {
    const round = this.#round;
    const code = await call(commands.nextHotpCode(id));
    if (round === this.#round) {
      if (this.#hidden) this.#revealed.set(id, this.#now + REVEALED_FOR_S);
      this.#codes.set(id, code);
    }
    return code;
  }

  /** Asks anew, because a code was copied or the account changed. */
  async refresh(id: AccountId): Promise<void> {
    if (this.#seen.get(id)?.hotp || (this.#hidden && !this.#revealed.has(id))) return;
    await this.#ask([id]);
  }

  /** One second went by. */
  tick(now: number): void {
    this.#now = now;
    for (const [id, until] of this.#revealed) if (until <= now) this.conceal(id);
    this.#askSoon();
  }

  /** Forgets everything: the window is locked. */
  clear(): void {
    this.#round += 1;
    this.#codes.clear();
    this.#refusals.clear();
    this.#revealed.clear();
    this.#asked.clear();
    this.#beside = [];
  }

  // Rows come into sight one after another within one frame; they are asked for together.
  #askSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      const beside = this.#beside.filter(({ id }) => !this.#seen.has(id));
      void this.#ask(this.#due([...this.#seen.values(), ...beside]));
    });
  }

  #due(rows: Shown[]): AccountId[] {
    return rows
      .filter(({ hotp }) => !hotp)
      .map(({ id }) => id)
      .filter((id) => !this.#hidden || this.#revealed.has(id))
      .filter((id) => !this.#asked.has(id) && this.#isStale(id));
  }

  #isStale(id: AccountId): boolean {
    const refusal = this.#refusals.get(id);
    if (refusal) return refusal.again <= this.#now;
    const code = this.#codes.get(id);
    return code === undefined || (code.valid_until !== null && code.valid_until <= this.#now);
  }

  async #ask(ids: AccountId[]): Promise<void> {
    if (ids.length === 0) return;
    const round = this.#round;
    for (const id of ids) this.#asked.add(id);
    try {
      const results = await call(commands.codes(ids));
      if (round !== this.#round) return;
      for (const { id, code, error } of results) {
        if (code && (!this.#hidden || this.#revealed.has(id))) this.#codes.set(id, code);
        if (code) this.#refusals.delete(id);
        if (error) this.#refusals.set(id, { error, again: this.#now + AGAIN_AFTER_S });
        if (error) this.#codes.delete(id);
      }
    } catch (cause) {
      this.#onFailure(cause);
    } finally {
      for (const id of ids) this.#asked.delete(id);
    }
  }
}
