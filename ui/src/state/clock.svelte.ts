type Listener = (now: number) => void;

/** The one clock of the window: whole seconds since the Unix epoch, one timer, still while nobody can see it. */
export class Clock {
  now = $state(0);
  #time: () => number;
  #page: Document;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #listeners = new Set<Listener>();

  constructor(time: () => number = () => Date.now(), page: Document = document) {
    this.#time = time;
    this.#page = page;
    this.#read();
  }

  /** Calls `listener` once a second while the clock runs; gives the way to stop. */
  onTick(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
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

  #resume = (): void => {
    clearTimeout(this.#timer);
    if (this.#running && !this.#page.hidden) this.#tick();
  };

  #tick = (): void => {
    this.#read();
    for (const listener of this.#listeners) listener(this.now);
    // A few milliseconds past the boundary, since a timer may fire a moment before it.
    this.#timer = setTimeout(this.#tick, 1005 - (this.#time() % 1000));
  };

  #read(): void {
    this.now = Math.floor(this.#time() / 1000);
  }
}
