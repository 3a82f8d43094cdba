import { SvelteSet } from "svelte/reactivity";

/** Which rows of a table are chosen, and which one the keyboard is on. */
export class Picks {
  #chosen = new SvelteSet<string>();
  #anchor: string | null = null;
  #active = $state<string | null>(null);
  /** The row that is to take the focus as soon as it is drawn. */
  focusing = $state<string | null>(null);
  #list: () => string[];
  /** Made once for every row that is drawn. */
  #shown = $derived.by(() => this.#list());
  /** The row that has, or had last, the focus; nothing where none had it, or where it is shown no more. */
  entered = $derived.by((): string | null => {
    const wanted = this.#active;
    return wanted !== null && this.#shown.includes(wanted) ? wanted : null;
  });
  /** The row that Tab leads to. */
  active = $derived.by((): string | null => this.entered ?? this.#shown[0] ?? null);
  /** How many of the rows that are shown are chosen. */
  state = $derived.by((): "none" | "some" | "all" => {
    if (this.#chosen.size === 0) return "none";
    const count = this.#shown.filter((id) => this.#chosen.has(id)).length;
    if (count === 0) return "none";
    return count === this.#shown.length ? "all" : "some";
  });

  constructor(shown: () => string[]) {
    this.#list = shown;
  }

  get size(): number {
    return this.#chosen.size;
  }

  /** Everybody who is chosen, also those whom a filter hides. */
  get all(): string[] {
    return [...this.#chosen];
  }

  has(id: string): boolean {
    return this.#chosen.has(id);
  }

  toggle(id: string): void {
    if (!this.#chosen.delete(id)) this.#chosen.add(id);
    this.#anchor = id;
    this.#active = id;
  }

  /** Chooses every row from the one that was toggled last to this one. */
  extend(id: string): void {
    const shown = this.#shown;
    const [from, to] = [shown.indexOf(this.#anchor ?? id), shown.indexOf(id)].sort((a, b) => a - b);
    for (const one of shown.slice(Math.max(0, from ?? 0), (to ?? 0) + 1)) this.#chosen.add(one);
    this.#active = id;
  }

  /** Moves the keyboard's place; with `extends`, every row on the way is chosen. */
  move(to: "up" | "down" | "first" | "last", isExtending: boolean): void {
    const shown = this.#shown;
    const index = shown.indexOf(this.active ?? "");
    const place = { up: index - 1, down: index + 1, first: 0, last: shown.length - 1 }[to];
    const id = shown[Math.max(0, Math.min(place, shown.length - 1))];
    if (id === undefined) return;
    if (isExtending) {
      if (this.#anchor === null || !shown.includes(this.#anchor)) this.#anchor = this.active;
      this.extend(id);
    }
    this.#active = id;
    this.focusing = id;
  }

  /** Puts the keyboard's place there, because the row has the focus. */
  enter(id: string): void {
    this.#active = id;
    this.focusing = null;
  }

  chooseShown(): void {
    for (const id of this.#shown) this.#chosen.add(id);
  }

  leaveShown(): void {
    for (const id of this.#shown) this.#chosen.delete(id);
  }

  clear(): void {
    this.#chosen.clear();
    this.#anchor = null;
  }

  /** Keeps those who are still there. */
  retain(there: string[]): void {
    const kept = there.filter((id) => this.#chosen.has(id));
    this.#chosen.clear();
    for (const id of kept) this.#chosen.add(id);
  }
}
