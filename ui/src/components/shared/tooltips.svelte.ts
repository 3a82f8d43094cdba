/** How long the pointer rests on something before its tip comes. */
const DELAY_MS = 600;
/** So soon after one tip, the next one comes at once. */
const SOON_MS = 100;

/** The one tip of the window: for whatever has a `data-tip`, under a resting pointer or with the focus of the keys. */
export class Tooltips {
  /** What the tip is for. */
  anchor = $state.raw<HTMLElement | null>(null);
  #under: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gone = -Infinity;

  over(event: PointerEvent): void {
    const under = event.pointerType === "touch" ? null : tipped(event.target);
    if (under === this.#under) return;
    this.hide();
    this.#under = under;
    if (under === null) return;
    if (performance.now() - this.#gone < SOON_MS) this.anchor = under;
    else this.#timer = setTimeout(() => (this.anchor = under.isConnected ? under : null), DELAY_MS);
  }

  /** The pointer left the window. */
  leave(): void {
    this.hide();
    this.#under = null;
  }

  focus(event: FocusEvent): void {
    const focused = tipped(event.target);
    if (focused?.matches(":focus-visible")) this.anchor = focused;
  }

  hide(): void {
    clearTimeout(this.#timer);
    if (this.anchor !== null) this.#gone = performance.now();
    this.anchor = null;
  }
}

function tipped(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
}
