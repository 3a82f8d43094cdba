import type { SurroundingsView } from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";

type Known = SurroundingsView | null;

/** With what of the session the accounts are locked. */
export function sessionHint(known: Known): string {
  if (known?.lacks_suspend && known.lacks_screen_lock) return m.settings_lock_session_neither();
  if (known?.lacks_suspend) return m.settings_lock_session_screen();
  if (known?.lacks_screen_lock) return m.settings_lock_session_suspend();
  return m.settings_lock_session_hint();
}

/** Whose input counts as somebody's being there. */
export function idleHint(known: Known): string {
  return known?.lacks_idle ? m.settings_lock_idle_window() : m.settings_lock_idle_hint();
}

export function trayHint(known: Known): string {
  return known?.lacks_tray ? m.settings_tray_lacks() : m.settings_tray_hint();
}
