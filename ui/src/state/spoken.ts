import type { Locale } from "../paraglide/runtime.js";

type Other = Exclude<Locale, "en">;

/** What the languages other than English say, each from when it was chosen. */
export const spoken: Record<Other, Record<string, unknown>> = {
  de: {},
  es: {},
  fr: {},
  ja: {},
  "zh-Hans": {},
};

const LESSONS: Record<Other, () => Promise<object>> = {
  de: () => import("../paraglide/messages/de.js"),
  es: () => import("../paraglide/messages/es.js"),
  fr: () => import("../paraglide/messages/fr.js"),
  ja: () => import("../paraglide/messages/ja.js"),
  "zh-Hans": () => import("../paraglide/messages/zh-Hans.js"),
};

/** Loads what a language says, once. */
export async function learn(locale: Locale): Promise<void> {
  if (locale !== "en") Object.assign(spoken[locale], await LESSONS[locale]());
}
