type Listener = (now: number) => void;

/** So long after somebody was last there, the clock is calm. */
const CALM_AFTER_S = 60;
/** A calm clock ticks once in so many seconds. The periods of nearly all codes are a multiple of it. */
const CALM_STEP_S = 5;

/** What a calm clock has to mind. */
export type Minding = {
  /** Whether nothing is shown that has to move each second. */
  mayBeCalm: () => boolean;
  /** The next moment that may not be missed, in seconds since the Unix epoch. */
  due: () => number;
};

/** The one clock of the window: whole seconds since the Unix epoch, one timer, still while nobody can see it. It is slow
 * while nobody is there: to draw a window costs far more than anything else in it. */
export class Clock {
  now = $state(0);
  isCalm = $state(false);
  #time: () => number;
  #page: Document;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #touched = 0;
  #minding: Minding = { mayBeCalm: () => false, due: () => Infinity };
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #listeners = new Set<Listener>();

  constructor(time: () => number = () => Date.now(), page: Document = document) {
    this.#time = time;
    this.#page = page;
    this.#read();
  }

  /** Calls `listener` with each tick while the clock runs; gives the way to stop. */
  onTick(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  mind(minding: Minding): void {
    this.#minding = minding;
  }

  start(): void {
    this.#touched = this.#time();
    if (this.#running) return;
    this.#running = true;
    this.#page.addEventListener("visibilitychange", this.#resume);
    this.#resume();
  }

  stop(): void {
    this.#running = false;
    this.#page.removeEventListener("visibilitychange", this.#resume);
    clearTimeout(this.#timer);
  }

  /** Somebody is there: a calm clock is right again at once. */
  touched(): void {
    this.#touched = this.#time();
    if (this.isCalm) this.#resume();
  }

  /** The machine is back from sleep, in which the timer did not go on: it is right again at once. */
  woke(): void {
    this.#resume();
  }

  #resume = (): void => {
    clearTimeout(this.#timer);
    this.#touched = this.#time();
    if (this.#running && !this.#page.hidden) this.#tick();
  };

  #tick = (): void => {
    this.#read();
    for (const listener of this.#listeners) listener(this.now);
    // A few milliseconds past the boundary, since a timer may fire a moment before it.
    this.#timer = setTimeout(this.#tick, this.#next() * 1000 + 5 - this.#time());
  };

  #next(): number {
    const next = this.now + 1;
    if (!this.isCalm) return next;
    const step = Math.ceil(next / CALM_STEP_S) * CALM_STEP_S;
    return Math.max(next, Math.min(step, this.#minding.due()));
  }

  #read(): void {
    const time = this.#time();
    this.now = Math.floor(time / 1000);
    const away = time - this.#touched;
    // A clock that was set back shows somebody there.
    this.isCalm = away >= CALM_AFTER_S * 1000 && this.#minding.mayBeCalm();
  }
}
