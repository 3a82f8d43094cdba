import type { Language } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import {
  baseLocale,
  getTextDirection,
  isLocale,
  locales,
  overwriteGetLocale,
  type Locale,
} from "../paraglide/runtime.js";
import { capital } from "./dates";
import { learn } from "./spoken";

const shown = $state<{ locale: Locale }>({ locale: baseLocale });

// Whatever a message was drawn with is drawn anew when the language changes.
overwriteGetLocale(() => shown.locale);

/** The first of the wanted languages that the window speaks, else English. A script that is not ours is not near enough. */
export function nearest(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const wish = likely(tag);
    const found = locales.find((locale) => {
      const ours = likely(locale);
      return ours?.language === wish?.language && ours?.script === wish?.script;
    });
    if (found) return found;
  }
  return baseLocale;
}

/** What the window speaks where it speaks as the system does. */
export const systemLanguage = (): Locale => nearest(navigator.languages);

/** A tag with the script it is likely written in; nothing for what is no tag, such as the `C` of a session without a language. */
function likely(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return null;
  }
}

let asked = 0;

/** Takes a language into use, and says so to the web view, which picks fonts and reads aloud by it. */
export async function applyLanguage(language: Language): Promise<void> {
  const locale = isLocale(language) ? language : systemLanguage();
  asked += 1;
  const round = asked;
  await learn(locale);
  // Another one may have been chosen meanwhile.
  if (round !== asked) return;
  shown.locale = locale;
  document.documentElement.lang = shown.locale;
  document.documentElement.dir = getTextDirection(shown.locale);
}

/** The languages of the window, each in its own words. */
export function languages(): { value: Language; label: string }[] {
  const named = locales.map((locale) => {
    const name = new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
    return { value: locale as Language, label: capital(name) };
  });
  return [{ value: "system", label: m.settings_language_system() }, ...named];
}
