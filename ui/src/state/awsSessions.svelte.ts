import {
  commands,
  type AwsChoice,
  type AwsSession,
  type DeedProgress,
  type ProfileLine,
  type ShellSyntax,
} from "../ipc/bindings";
import { asFailure, call, type CommandFailure } from "../ipc/call";
import { Deed } from "./deed.svelte";

/** A change of the AWS configuration that is shown before it is made. */
export type Change = { session: AwsSession; line: ProfileLine };

/** Sessions with MFA: which are kept, and new ones. None of their secrets comes here. */
export class AwsSessions {
  readonly deed = new Deed();
  all = $state.raw<AwsSession[]>([]);
  problem = $state.raw<CommandFailure | null>(null);
  /** The session that is being made, by whose it is. */
  busy = $state.raw<AwsChoice | null>(null);
  change = $state.raw<Change | null>(null);
  #round = 0;

  hear(progress: DeedProgress): void {
    if (this.busy) this.deed.hear(progress);
  }

  async load(): Promise<void> {
    const round = ++this.#round;
    try {
      const all = await call(commands.awsSessions());
      if (round !== this.#round) return;
      this.all = all;
      this.problem = null;
    } catch (cause) {
      if (round === this.#round) this.problem = asFailure(cause);
    }
  }

  renew({ choice, serial }: Pick<AwsSession, "choice" | "serial">): Promise<void> {
    return this.#work(choice, async () => {
      await call(commands.renewAwsSession(choice, serial));
    });
  }

  /** Copies it as commands for a terminal; answers in how many seconds it is taken off the clipboard. */
  async copy({ choice, serial }: AwsSession, terminal: ShellSyntax): Promise<number> {
    let seconds = 0;
    await this.#work(choice, async () => {
      seconds = await call(commands.copyAwsSession(choice, serial, terminal));
    });
    return seconds;
  }

  /** Shows what the profile would say; nothing is written. */
  async preview(session: AwsSession, profile: string): Promise<void> {
    const line = await call(commands.awsProfileLine(profile, session.choice, session.serial));
    this.change = { session, line };
  }

  /** Writes what is shown. */
  async write(): Promise<ProfileLine | null> {
    const { change } = this;
    if (!change) return null;
    const { session, line } = change;
    const written = await call(commands.writeAwsProfileLine(line.profile, session.choice, session.serial));
    this.change = null;
    await this.load();
    return written;
  }

  close(): void {
    this.change = null;
  }

  clear(): void {
    this.#round += 1;
    this.deed.clear();
    this.all = [];
    this.problem = null;
    this.busy = null;
    this.change = null;
  }

  async #work(choice: AwsChoice, work: () => Promise<void>): Promise<void> {
    this.deed.clear();
    this.busy = choice;
    try {
      await work();
    } finally {
      this.busy = null;
      await this.load();
    }
  }
}
