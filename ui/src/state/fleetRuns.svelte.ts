import {
  commands,
  type AccountProblem,
  type FleetNews,
  type FleetRun,
  type FleetRunUser,
  type FleetTally,
} from "../ipc/bindings";
import { call, CommandFailure } from "../ipc/call";

/** What is heard of a run. */
export type RunNews = Exclude<FleetNews, { kind: "reading" }>;
type Turn = Extract<FleetNews, { kind: "turn" }>;

/** Why a run ended that somebody stopped. */
const WAS_STOPPED = "aws-run-stopped";

/** What stands at the top of a run's list: what asks for somebody to do something. */
const ORDER = { failed: 0, open: 1, enrolled: 2, "already-had": 3 } as const;

/** Runs over many users: those there are, the one that is looked at, and what is heard of the one that is carried out. */
export class FleetRuns {
  all = $state.raw<FleetRun[]>([]);
  /** The run that is looked at. */
  run = $state.raw<FleetRun | null>(null);
  /** How fast it goes; nothing as long as nobody had a turn, and once it ended. */
  pace = $state.raw<{ perMinute: number; secondsLeft: number | null } | null>(null);
  /** Why it stopped before everybody had a turn. */
  problem = $state.raw<CommandFailure | null>(null);
  /** The accounts in which none could be begun, or in which it stopped, and why. */
  stopped = $state.raw<AccountProblem[]>([]);
  isListed = $state(false);
  isStopping = $state(false);
  #round = 0;
  #asking = false;
  #again = false;
  /** How many ends were heard of. */
  #ends = 0;

  /** Runs in which somebody is open or failed. */
  get unfinished(): FleetRun[] {
    return this.all.filter(({ is_finished }) => !is_finished);
  }

  /** The users of the run, those first for whom something is to be done. */
  get users(): FleetRunUser[] {
    const rank = (user: FleetRunUser): number => ORDER[user.outcome];
    return [...(this.run?.users ?? [])].sort((one, other) => rank(one) - rank(other));
  }

  async load(): Promise<void> {
    const round = this.#round;
    const all = await call(commands.fleetRuns());
    if (round === this.#round) this.all = all;
  }

  /** Shows which runs there are. */
  async list(): Promise<void> {
    await this.load();
    this.isListed = true;
  }

  /** Looks at a run, or at those that belong together; `stopped` says where none could be begun. */
  async open(id: string, stopped: AccountProblem[] = []): Promise<void> {
    const round = ++this.#round;
    this.pace = null;
    this.problem = null;
    this.stopped = [];
    this.isStopping = false;
    const run = await this.#ask(id);
    if (round !== this.#round) return;
    this.run = run;
    this.stopped = [...stopped, ...this.stopped];
  }

  /** Looks at no run any more. */
  async leave(): Promise<void> {
    this.#round += 1;
    this.run = null;
    this.pace = null;
    this.problem = null;
    this.stopped = [];
    await this.load();
  }

  /** Goes on with the run, or with one of those that belong together. */
  async resume(id = this.run?.id): Promise<void> {
    if (id === undefined) return;
    this.problem = null;
    this.stopped = [];
    this.isStopping = false;
    await call(commands.resumeFleetRun(id));
    if (this.run) this.run = { ...this.run, is_running: true };
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await call(commands.stopFleetRun());
  }

  /** Something is heard of the run that is carried out. */
  async hear(news: RunNews): Promise<void> {
    if (news.kind === "ended") this.#ends += 1;
    if (!this.#isAbout(news.run)) {
      if (news.kind === "ended") await this.load();
      return;
    }
    if (news.kind === "turn") {
      this.#turn(news);
      // A turn does not say why; the run does.
      if (news.outcome === "failed") await this.#refresh();
    } else {
      this.pace = null;
      this.isStopping = false;
      // That it was stopped, whoever stopped it knows.
      const { problem, accounts } = news;
      this.problem = problem && problem.code !== WAS_STOPPED ? new CommandFailure(problem) : null;
      this.stopped = [...this.stopped, ...accounts.filter(({ problem: { code } }) => code !== WAS_STOPPED)];
      await this.#refresh();
      await this.load();
    }
  }

  clear(): void {
    this.#round += 1;
    this.all = [];
    this.run = null;
    this.pace = null;
    this.problem = null;
    this.stopped = [];
    this.isListed = false;
    this.isStopping = false;
  }

  /** Whether the run that is looked at is this one, one of these together, or has this one among its own. */
  #isAbout(id: string): boolean {
    const { run } = this;
    return (
      run !== null && (run.id === id || run.together === id || run.accounts.some((one) => one.run === id))
    );
  }

  #turn({ account, user, outcome, per_minute, seconds_left }: Turn): void {
    const { run } = this;
    if (!run) return;
    const isWhose = (one: FleetRunUser): boolean => one.user === user && one.account === account;
    const users = run.users.map((one) => (isWhose(one) ? { ...one, outcome } : one));
    const accounts = run.accounts.map((one) =>
      one.account === account
        ? { ...one, tally: tallyOf(users.filter((other) => other.account === account)) }
        : one,
    );
    this.run = { ...run, users, accounts, tally: tallyOf(users), is_running: true };
    this.pace = { perMinute: per_minute, secondsLeft: seconds_left };
  }

  /** How a run stands; asked once more when a run ended meanwhile: the answer may be from before. */
  async #ask(id: string): Promise<FleetRun> {
    const ends = this.#ends;
    const run = await call(commands.fleetRun(id));
    return ends === this.#ends ? run : this.#ask(id);
  }

  /** Asks how it stands; while an answer is awaited, one more question at the most is kept. */
  async #refresh(): Promise<void> {
    const id = this.run?.id;
    if (id === undefined) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    try {
      do {
        this.#again = false;
        const round = this.#round;
        const run = await this.#ask(id);
        if (round === this.#round && this.run?.id === id) this.run = run;
      } while (this.#again);
    } finally {
      this.#asking = false;
    }
  }
}

function tallyOf(users: FleetRunUser[]): FleetTally {
  const count = (outcome: FleetRunUser["outcome"]): number =>
    users.filter((user) => user.outcome === outcome).length;
  return {
    enrolled: count("enrolled"),
    already_had: count("already-had"),
    failed: count("failed"),
    open: count("open"),
  };
}
