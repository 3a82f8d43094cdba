import { commands, type AwsChoice, type AwsChoices, type ConnectionView } from "../ipc/bindings";
import { asFailure, call, type CommandFailure } from "../ipc/call";

/** Whose credentials the window works with in AWS, and who that makes of it. */
export class Aws {
  choices = $state.raw<AwsChoices | null>(null);
  /** Who we are to AWS; nothing before something was chosen. */
  connection = $state.raw<ConnectionView | null>(null);
  /** What was chosen last, also when it led to no connection. */
  chosen = $state.raw<AwsChoice | null>(null);
  /** Why what was chosen last led to no connection. */
  problem = $state.raw<CommandFailure | null>(null);
  isConnecting = $state(false);
  /** Whether the sheet of the access keys is open. */
  isShowingKeys = $state(false);
  #round = 0;

  /** Asks what there is to choose from, and connects as last time where nobody is connected yet. What uses up a code waits
   * for the person. */
  async load(): Promise<void> {
    const round = this.#round;
    const [choices, connection] = await Promise.all([
      call(commands.awsChoices()),
      call(commands.awsConnection()),
    ]);
    if (round !== this.#round) return;
    this.choices = choices;
    if (this.isConnecting || this.problem) return;
    this.connection = connection;
    this.chosen = connection?.choice ?? this.chosen;
    if (this.chosen !== null || choices.last === null) return;
    if (choices.last_takes_a_code) this.chosen = choices.last;
    else await this.connect(choices.last);
  }

  /** Asks what there is to choose from, and nothing else. */
  async loadChoices(): Promise<void> {
    const round = this.#round;
    const choices = await call(commands.awsChoices());
    if (round === this.#round) this.choices = choices;
  }

  /** Connects with these credentials; what stands in the way stands in `problem`. */
  async connect(choice: AwsChoice): Promise<void> {
    const round = ++this.#round;
    this.chosen = choice;
    this.isConnecting = true;
    this.problem = null;
    try {
      const connection = await call(commands.connectAws(choice));
      if (round === this.#round) this.connection = connection;
    } catch (cause) {
      if (round !== this.#round) return;
      this.problem = asFailure(cause);
      // Whatever is shown would be of somebody else.
      if (!same(this.connection?.choice, choice)) this.connection = null;
    } finally {
      if (round === this.#round) this.isConnecting = false;
    }
  }

  /** Asks AWS once more, as whoever was chosen. */
  async askAgain(): Promise<void> {
    if (this.chosen) await this.connect(this.chosen);
  }

  /** Forgets the credentials, and whose they were. */
  async disconnect(): Promise<void> {
    const round = ++this.#round;
    await call(commands.disconnectAws());
    if (round !== this.#round) return;
    this.#forgetWho();
    await this.loadChoices();
  }

  /** Keeps an access key in the store under this name. */
  async addKey(name: string, id: string, secret: string): Promise<void> {
    await call(commands.addAwsKey(name, id, secret));
    await this.load();
  }

  /** Takes it out of the store. */
  async removeKey(name: string): Promise<void> {
    await call(commands.removeAwsKey(name));
    await this.load();
  }

  /** Whether these are the credentials that were chosen last. */
  isChosen(choice: AwsChoice): boolean {
    return same(this.chosen, choice);
  }

  /** Whether these are those of whoever is connected. */
  isConnectedAs(choice: AwsChoice): boolean {
    return same(this.connection?.choice, choice);
  }

  /** Nothing of AWS stays once the accounts are locked. */
  clear(): void {
    this.#round += 1;
    this.choices = null;
    this.isShowingKeys = false;
    this.#forgetWho();
  }

  #forgetWho(): void {
    this.connection = null;
    this.chosen = null;
    this.problem = null;
    this.isConnecting = false;
  }
}

function same(one: AwsChoice | null | undefined, other: AwsChoice): boolean {
  return one !== null && one !== undefined && one.kind === other.kind && nameOf(one) === nameOf(other);
}

function nameOf(choice: AwsChoice): string {
  return choice.kind === "environment" ? "" : choice.name;
}
