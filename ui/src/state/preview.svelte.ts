import { SvelteSet } from "svelte/reactivity";

import {
  commands,
  type AddedView,
  type FoundView,
  type PreviewView,
  type TypedAccount,
  type WarningView,
} from "../ipc/bindings";
import { asFailure, call, type CommandFailure } from "../ipc/call";
import { Camera } from "./camera.svelte";

/** What was found in what the person handed over, and what of it is to be kept. Nothing is stored before `keep`. */
export class Preview {
  isOpen = $state(false);
  isOver = $state(false);
  isTyping = $state(false);
  /** The apps whose accounts can come here are listed. */
  isListing = $state(false);
  isLooking = $state(false);
  /** A region of the screen is being drawn. */
  isDrawing = $state(false);
  readonly camera = new Camera();
  found = $state.raw<FoundView[]>([]);
  problem = $state.raw<CommandFailure | null>(null);
  /** What is odd about the whole, such as a part of an export that is still missing. */
  warnings = $state.raw<WarningView[]>([]);
  #chosen = new SvelteSet<number>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #known = new Set<number>();
  #refreshing = false;
  #round = 0;

  get readable(): FoundView[] {
    return this.found.filter(({ finding }) => finding.kind !== "unreadable");
  }

  get chosen(): number[] {
    return this.found.filter(({ row }) => this.#chosen.has(row)).map(({ row }) => row);
  }

  isChosen(row: number): boolean {
    return this.#chosen.has(row);
  }

  choose(row: number, chosen: boolean): void {
    if (chosen) this.#chosen.add(row);
    else this.#chosen.delete(row);
  }

  open(): void {
    this.isOpen = true;
  }

  /** Shows the sheet with the form for typing. */
  openTyping(): void {
    this.isOpen = true;
    this.isTyping = true;
  }

  /** Shows or hides the form, the list or the camera's picture, of which one has room at a time. */
  async toggle(what: "typing" | "listing" | "camera"): Promise<void> {
    this.isTyping = what === "typing" && !this.isTyping;
    this.isListing = what === "listing" && !this.isListing;
    if (what === "camera" && !this.camera.isOpen) await this.#watch();
    else await this.camera.close();
  }

  /** Shows the sheet with what to do in the other app. */
  openListing(): void {
    this.isOpen = true;
    this.isListing = true;
  }

  /** Gives up what was handed over, which may be more than what was found, and closes the sheet. */
  async close(): Promise<void> {
    this.#reset();
    await call(commands.discardPreview());
  }

  addPaths = (paths: string[]): Promise<void> => this.#add(() => call(commands.addPaths(paths)));
  addClipboard = (): Promise<void> => this.#add(() => call(commands.addClipboard()));
  /** Every QR code that the screens show. */
  addScreen = (): Promise<void> => this.#add(() => call(commands.addScreen()));
  /** Every QR code in the part of the screens that the person draws around. */
  async addRegion(): Promise<void> {
    this.isTyping = this.isListing = false;
    this.isDrawing = true;
    await this.#add(async () => {
      // It has the room in which the person is told to draw.
      await this.camera.close();
      return call(commands.addRegion());
    });
    this.isDrawing = false;
  }
  addText = (text: string): Promise<void> => this.#add(() => call(commands.addText(text)));
  /** The password of the file that wanted one. */
  addPassword = (password: string): Promise<void> => this.#add(() => call(commands.addPassword(password)));
  /** What the app was started with. */
  addArguments = (): Promise<void> => this.#add(() => call(commands.addArguments()));
  chooseImages = (): Promise<void> => this.#add(() => call(commands.chooseImages()));

  /** Adds what was typed; says whether the device took it. */
  async addTyped(typed: TypedAccount): Promise<boolean> {
    await this.#add(() => call(commands.addTyped(typed)));
    if (this.problem === null) this.isTyping = false;
    return this.problem === null;
  }

  /** Stores the chosen rows, all or none; gives what was stored. */
  async keep(): Promise<AddedView[]> {
    const rows = this.chosen;
    this.isLooking = true;
    this.problem = null;
    try {
      const added = await call(commands.keep(rows));
      this.#reset();
      return added.filter(({ outcome }) => outcome === "added");
    } catch (cause) {
      this.problem = asFailure(cause);
      return [];
    } finally {
      this.isLooking = false;
    }
  }

  /** One second went by: codes that ended are asked for anew, in one call. */
  async tick(now: number): Promise<void> {
    const ended = this.found.some(({ valid_until }) => valid_until !== null && valid_until <= now);
    if (!this.isOpen || !ended || this.#refreshing || this.isLooking) return;
    this.#refreshing = true;
    const round = this.#round;
    try {
      const view = await call(commands.preview());
      if (round === this.#round) this.#take(view);
    } catch (cause) {
      if (round === this.#round) this.problem = asFailure(cause);
    } finally {
      this.#refreshing = false;
    }
  }

  /** Codes that are held in front of the camera. */
  async #watch(): Promise<void> {
    this.problem = null;
    const round = this.#round;
    await this.camera.open({
      found: (view) => {
        if (round === this.#round) this.#take(view);
      },
      failed: (cause) => {
        if (round === this.#round) this.problem = asFailure(cause);
      },
    });
  }

  async #add(ask: () => Promise<PreviewView | null>): Promise<void> {
    this.isOpen = true;
    this.isLooking = true;
    this.problem = null;
    const round = this.#round;
    try {
      const view = await ask();
      if (view && round === this.#round) {
        this.#take(view);
        this.isListing = false;
      }
    } catch (cause) {
      if (round === this.#round) {
        this.problem = asFailure(cause);
        this.isListing = false;
      }
    } finally {
      if (round === this.#round) this.isLooking = false;
    }
    // The sheet was closed before the device began to look: what it holds since, found or protected, is given up too.
    if (round !== this.#round && !this.isOpen) await call(commands.discardPreview());
  }

  #take({ found, warnings }: PreviewView): void {
    for (const { row, finding } of found) {
      if (finding.kind === "keepable" && !this.#known.has(row)) this.#chosen.add(row);
      this.#known.add(row);
    }
    this.found = found;
    this.warnings = warnings;
  }

  #reset(): void {
    this.#round += 1;
    this.isOpen = this.isOver = this.isTyping = this.isListing = this.isLooking = false;
    this.isDrawing = false;
    this.camera.forget();
    this.found = [];
    this.warnings = [];
    this.problem = null;
    this.#chosen.clear();
    this.#known.clear();
  }
}
