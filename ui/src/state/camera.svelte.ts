import { commands, type CameraLook, type CameraView, type PreviewView } from "../ipc/bindings";
import { call } from "../ipc/call";

/** Whom the camera tells what became of it. */
type Listener = { found: (view: PreviewView) => void; failed: (cause: unknown) => void };

/** The camera, while a code is held in front of it. It is on only while its picture can be seen. */
export class Camera {
  isOpen = $state(false);
  cameras = $state.raw<CameraView[]>([]);
  chosen = $state("");
  /** The last frame in which no code was found, small and grey, as the source of an image. */
  picture = $state.raw("");
  #page: Document;
  #turn = 0;
  #listener: Listener | null = null;

  constructor(page: Document = document) {
    this.#page = page;
  }

  /** Switches the usual camera on, and looks until a code was seen or it is switched off. */
  async open(listener: Listener): Promise<void> {
    this.#listener = listener;
    this.isOpen = true;
    this.#page.addEventListener("visibilitychange", this.#hidden);
    await this.#run(async () => {
      this.cameras = await call(commands.cameras());
      return this.cameras[0]?.id ?? "";
    });
  }

  /** Looks through another camera. */
  choose(id: string): Promise<void> {
    return this.#run(() => Promise.resolve(id));
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.forget();
    await call(commands.closeCamera());
  }

  /** The same where the device has switched it off already. */
  forget(): void {
    this.#turn += 1;
    this.isOpen = false;
    this.picture = "";
    this.cameras = [];
    this.#page.removeEventListener("visibilitychange", this.#hidden);
  }

  #hidden = (): void => {
    if (this.#page.hidden) void this.close().catch((cause: unknown) => this.#listener?.failed(cause));
  };

  async #run(which: () => Promise<string>): Promise<void> {
    const turn = ++this.#turn;
    const listener = this.#listener;
    this.picture = "";
    try {
      const id = await which();
      if (turn !== this.#turn) return;
      this.chosen = id;
      await call(commands.openCamera(id));
      // It was switched off while it woke up.
      if (!this.isOpen) await call(commands.closeCamera());
      while (turn === this.#turn) this.#see(turn, await call(commands.look()));
    } catch (cause) {
      if (turn !== this.#turn) return;
      this.forget();
      listener?.failed(cause);
    }
  }

  #see(turn: number, look: CameraLook): void {
    if (look.kind === "found") this.#listener?.found(look.preview);
    if (turn !== this.#turn) return;
    if (look.kind === "glimpse") this.picture = look.picture;
    if (look.kind === "found" || look.kind === "off") this.forget();
  }
}
