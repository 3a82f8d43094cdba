import { commands, type ChosenPath, type HandOffWay } from "../ipc/bindings";
import { call } from "../ipc/call";
import { tagsIn } from "./fleetConditions.svelte";

export type SealKind = HandOffWay["seal"]["kind"];

/** What a person says about hand-offs: what opens them, where they go. Files are named here and read elsewhere. */
export class WayForm {
  kind = $state<SealKind>("recipients");
  /** The list of keys, or the folder with them. */
  keys = $state("");
  /** The list of passphrases. */
  passphrases = $state("");
  /** Where the sheet with the passphrases that are made goes. */
  sheet = $state("");
  /** Who may open the sheet. */
  readers = $state("");
  folder = $state("");
  keepsCopies = $state(false);
  /** The path of the devices in IAM; empty for none. */
  devicePath = $state("");
  /** Tags for every device, with commas between them. */
  tags = $state("");

  /** Whether everything is said. */
  get isComplete(): boolean {
    const said = {
      recipients: this.keys,
      passphrases: this.passphrases,
      generated: this.sheet && this.readers,
    }[this.kind];
    return said.trim() !== "" && this.folder.trim() !== "";
  }

  get way(): HandOffWay {
    const seal = {
      recipients: { kind: "recipients", path: this.keys.trim() },
      passphrases: { kind: "passphrases", path: this.passphrases.trim() },
      generated: { kind: "generated", sheet: this.sheet.trim(), recipients: this.readers },
    } as const satisfies Record<SealKind, HandOffWay["seal"]>;
    const devicePath = this.devicePath.trim();
    return {
      seal: seal[this.kind],
      folder: this.folder.trim(),
      keep_copies: this.keepsCopies,
      device_path: devicePath === "" ? null : devicePath,
      tags: tagsIn(this.tags),
    };
  }

  /** Lets the person choose a path; the field keeps what it says where none was chosen. */
  async choose(field: "keys" | "passphrases" | "sheet" | "folder", what: ChosenPath): Promise<void> {
    const path = await call(commands.chooseFleetPath(what));
    if (path !== null) this[field] = path;
  }

  /** The list that was dropped on the window. */
  take(path: string): void {
    if (this.kind === "passphrases") this.passphrases = path;
    else if (this.kind === "recipients") this.keys = path;
  }
}
