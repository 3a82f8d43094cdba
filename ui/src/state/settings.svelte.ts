import { commands, type Settings, type Theme } from "../ipc/bindings";
import { call } from "../ipc/call";
import { applyLanguage } from "./language.svelte";

const DEFAULTS: Settings = {
  theme: "system",
  hide_codes: false,
  always_show_next: false,
  clipboard_seconds: 30,
  sort: "own",
  language: "system",
  lock_after_minutes: 15,
  lock_with_session: true,
  lock_for_all_programs: true,
  minimise_after_copying: false,
  tray: true,
  close_to_tray: false,
  shortcut: null,
};

/** What the person has set; the device keeps it. */
export class SettingsState {
  current = $state.raw<Settings>(DEFAULTS);

  /** Stores a change; what the device answers is what holds. */
  async change(change: Partial<Settings>): Promise<void> {
    await this.take(await call(commands.setSettings({ ...this.current, ...change })));
  }

  /** Takes settings of the device into force. */
  async take(settings: Settings): Promise<void> {
    this.current = settings;
    applyTheme(settings.theme);
    await applyLanguage(settings.language);
  }
}

function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
