import type { Session } from "../../state/session.svelte";
import { editing } from "../../state/editing.svelte";

/** Whether a sheet or the palette stands over the views, or is about to. */
export function standsOver(session: Session): boolean {
  const { preview, backups, handOff, palette } = session;
  return (
    preview.isOpen ||
    palette.isOpen ||
    session.isShowingKeys ||
    handOff.held !== null ||
    backups.held !== null ||
    backups.isExporting ||
    backups.isMakingKit ||
    editing.account !== null
  );
}
