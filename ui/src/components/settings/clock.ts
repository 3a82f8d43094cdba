import { m } from "../../paraglide/messages.js";

/** What is known of this machine's clock. */
export type ClockFact = { name: string; hint: string; agrees: boolean | null };

/** A request is on its way for about so long, and answers count whole seconds. */
const AGREES_S = 2;

/** What it means that AWS's clock is so many seconds ahead of this machine's; nothing when AWS was not asked. */
export function clockFact(drift: number | null): ClockFact {
  if (drift === null) {
    return { name: m.settings_clock_unknown(), hint: m.settings_clock_unknown_hint(), agrees: null };
  }
  if (Math.abs(drift) <= AGREES_S) {
    return { name: m.settings_clock_agrees(), hint: m.settings_clock_agrees_hint(), agrees: true };
  }
  const seconds = Math.abs(drift);
  const name = drift < 0 ? m.settings_clock_ahead({ seconds }) : m.settings_clock_behind({ seconds });
  return { name, hint: m.settings_clock_off_hint(), agrees: false };
}
