import CircleAlert from "@lucide/svelte/icons/circle-alert";
import { createContext, type Component } from "svelte";

import { commands, events, type Stage } from "../ipc/bindings";
import { asFailure, call } from "../ipc/call";
import { onFileDrop, type Drop } from "../ipc/drop";
import { ActivityState } from "./activity.svelte";
import { Accounts } from "./accounts.svelte";
import { Aws } from "./aws.svelte";
import { AwsTabs } from "./awsTabs.svelte";
import { Backups } from "./backups.svelte";
import { Clock } from "./clock.svelte";
import { Codes } from "./codes.svelte";
import { Fleet } from "./fleet.svelte";
import { HandOff } from "./handOff.svelte";
import { systemLanguage } from "./language.svelte";
import { Palette } from "./palette.svelte";
import { Presence } from "./presence";
import { Preview } from "./preview.svelte";
import { inFull } from "./refusals";
import { Selection } from "./selection.svelte";
import { SettingsState } from "./settings.svelte";
import { StageState } from "./stage.svelte";
import { Surroundings } from "./surroundings.svelte";
import { Toasts } from "./toasts.svelte";

/** So many rows stand in a window of its first size, with some beyond its edge. */
export const FIRST_ROWS = 12;

/** The stages in which something on the window counts seconds. */
const TICKING: ReadonlySet<Stage["stage"]> = new Set(["open", "first-run", "keyring-waiting"]);

export type ViewName = "accounts" | "activity" | "aws" | "backups" | "fleet" | "settings" | "trash";

/** Everything a window knows, and what ties it together. */
export class Session {
  readonly clock: Clock;
  readonly toasts = new Toasts();
  readonly stage = new StageState();
  readonly settings = new SettingsState();
  readonly accounts = new Accounts(this.settings);
  readonly codes = new Codes((cause) => this.fail(cause));
  readonly selection = new Selection(() => this.accounts.shown);
  readonly preview = new Preview();
  readonly backups = new Backups();
  readonly handOff = new HandOff();
  readonly presence = new Presence();
  readonly surroundings = new Surroundings();
  readonly aws = new Aws();
  readonly awsTabs = new AwsTabs();
  readonly activity = new ActivityState();
  readonly palette = new Palette(this);
  readonly fleet = new Fleet();
  view = $state<ViewName>("accounts");
  isShowingKeys = $state(false);
  #hasSomething: () => void = () => {};
  /** Comes when there is something to show: a gate, or the accounts with the codes of the first rows. */
  readonly somethingToShow = new Promise<void>((come) => (this.#hasSomething = come));
  #hasArguments = false;
  #isTaking = false;
  #stops: (() => void)[] = [];

  constructor(clock: Clock = new Clock()) {
    this.clock = clock;
  }

  async start(): Promise<void> {
    this.#stops.push(
      this.clock.onTick((now) => {
        this.codes.tick(now);
        void this.preview.tick(now);
        void this.handOff.tick(now);
        void this.attempt(() => this.awsTabs.pair.tick(now));
      }),
    );
    await this.attempt(() => this.#look());
    await this.#hear([
      events.stageChanged.listen(({ payload }) => this.attempt(() => this.#enter(payload))),
      events.accountsChanged.listen(() => this.attempt(() => this.#reload())),
      events.backupsChanged.listen(() => this.attempt(() => this.backups.changed())),
      events.deedProgress.listen(({ payload }) => this.awsTabs.hear(payload)),
      events.argumentsCame.listen(() => this.attempt(() => this.#takeArguments())),
      events.woke.listen(() => this.clock.woke()),
      events.fleetMoved.listen(({ payload }) => this.attempt(() => this.fleet.hear(payload))),
      onFileDrop((drop) => this.attempt(() => this.#drop(drop))),
    ]);
    // What came about before it could be heard of is seen now.
    await this.attempt(() => this.refresh());
    // The tray and the system's dialogues speak as the window does.
    await this.attempt(() => call(commands.takeSystemLanguage(systemLanguage())));
  }

  // Each call costs some milliseconds before the first picture.
  async #look(): Promise<void> {
    const { settings, status, listed } = await call(commands.firstLook());
    this.codes.hide(settings.hide_codes);
    if (listed) this.accounts.take(listed);
    this.stage.take(status);
    const language = this.settings.take(settings);
    if (status.stage.stage !== "opening") {
      void Promise.allSettled([this.#fetchFirst(), language]).then(() => this.#hasSomething());
    }
    await language;
  }

  // Nobody waits for it: a keyring may take its time, or ask a person. A hidden window shows no code.
  async #fetchFirst(): Promise<void> {
    if (!document.hidden) await this.codes.fetch(this.accounts.shown.slice(0, FIRST_ROWS));
  }

  async #hear(ears: Promise<() => void>[]): Promise<void> {
    this.#stops.push(...(await Promise.all(ears)));
  }

  stop(): void {
    this.clock.stop();
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Asks the device what the window should show, and shows it. */
  async refresh(): Promise<void> {
    await this.stage.load();
    await this.#enter(this.stage.current);
  }

  /** Does what leads from one stage to another, and shows where it led. */
  async advance(step: () => Promise<void>): Promise<void> {
    await step();
    await this.refresh();
  }

  /** Somebody touched the window: nothing is locked for want of anybody. */
  touched(): void {
    this.clock.touched();
    if (this.takesAccounts) void this.attempt(() => this.presence.touched());
  }

  /** Runs something that may be refused; the refusal is shown, never swallowed. Says whether it went through. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (cause) {
      this.fail(cause);
      return false;
    }
  }

  fail(cause: unknown): void {
    this.say(CircleAlert, inFull(asFailure(cause)));
  }

  say(icon: Component, text: string, action?: { label: string; run: () => void }): void {
    this.toasts.show({ icon, text, action });
  }

  async #enter(stage: Stage): Promise<void> {
    this.stage.current = stage;
    const isOpen = stage.stage === "open";
    if (TICKING.has(stage.stage)) this.clock.start();
    else this.clock.stop();
    try {
      if (isOpen) await this.accounts.load();
      else this.#forget();
    } finally {
      if (stage.stage !== "opening") void this.#fetchFirst().then(this.#hasSomething);
    }
    await this.#takeArguments();
  }

  // What the app was started with is taken over like what is dropped, as soon as the accounts are there. One round of it
  // goes on at a time: a second one would find nothing and open an empty sheet over what the first has shown.
  async #takeArguments(): Promise<void> {
    this.#hasArguments = true;
    if (this.#isTaking) return;
    this.#isTaking = true;
    try {
      while (this.#hasArguments) {
        this.#hasArguments = false;
        await this.stage.load();
        if (!this.takesAccounts || !this.stage.hasWaiting) continue;
        await this.preview.addArguments();
        await this.#openHeld();
        this.stage.hasWaiting = false;
      }
    } finally {
      this.#isTaking = false;
    }
  }

  // Nothing of an open store stays in the window once it is locked.
  #forget(): void {
    if (this.stage.current.stage === "locked") this.toasts.dismiss();
    this.codes.clear();
    this.accounts.clear();
    this.backups.clear();
    this.aws.clear();
    this.awsTabs.clear();
    this.activity.clear();
    this.palette.close();
    this.fleet.clear();
    if (this.stage.current.stage !== "first-run") this.handOff.clear();
    this.view = "accounts";
    if (this.stage.current.stage !== "first-run") void this.attempt(() => this.preview.close());
  }

  async #reload(): Promise<void> {
    if (this.stage.current.stage === "open") await this.accounts.load();
  }

  async #drop(drop: Drop): Promise<void> {
    if (!this.takesAccounts) return;
    const form = this.fleet.openForm;
    if (form) {
      if (drop.type === "drop" && drop.paths[0] !== undefined) form.take(drop.paths[0]);
      return;
    }
    const { preview } = this;
    preview.isOver = drop.type === "enter";
    if (drop.type === "enter") preview.open();
    if (drop.type === "leave" && preview.found.length === 0 && !preview.isTyping) await preview.close();
    if (drop.type === "drop") await this.addPaths(drop.paths);
  }

  /** Reads files into the add sheet; a backup of ours opens the restore sheet instead, a hand-off its own. */
  async addPaths(paths: string[]): Promise<void> {
    await this.preview.addPaths(paths);
    await this.#openHeld();
  }

  /** The same for files that the person chooses. */
  async chooseFiles(): Promise<void> {
    await this.preview.chooseImages();
    await this.#openHeld();
  }

  async #openHeld(): Promise<void> {
    const code = this.preview.problem?.code;
    if (code !== "is-backup" && code !== "is-hand-off") return;
    await this.preview.close();
    await (code === "is-backup" ? this.backups : this.handOff).openHeld();
  }

  /** Whether the views are shown: a first account can come from AWS as well. */
  get isInside(): boolean {
    const { stage } = this.stage.current;
    return stage === "open" || (stage === "first-run" && this.view !== "accounts");
  }

  /** Whether accounts can be added at this moment. */
  get takesAccounts(): boolean {
    const { stage } = this.stage.current;
    return stage === "open" || stage === "first-run";
  }
}

export const [useSession, provideSession] = createContext<Session>();
