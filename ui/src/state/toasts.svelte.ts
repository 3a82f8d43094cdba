import type { Component } from "svelte";

export type ToastAction = { label: string; run: () => void };
/** `text` may hold names between the marks that `bold` puts around them. */
export type Toast = { icon: Component; text: string; action?: ToastAction };

const SHOWN_FOR_MS = 4_000;

/** One toast at a time, for four seconds; it stays while it is hovered or focused. */
export class Toasts {
  current = $state.raw<Toast | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(toast: Toast): void {
    this.current = toast;
    this.release();
  }

  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dismiss(), SHOWN_FOR_MS);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.current = null;
  }
}
