import type { Locale } from "../paraglide/runtime.js";
import { learnRefusals } from "./refusals";

type Other = Exclude<Locale, "en">;

/** What each language says, from when it was chosen; English from the start. The messages are looked up here. */
export const spoken: Partial<Record<Locale, object>> = {};

const LESSONS: Record<Other, () => Promise<object>> = {
  de: () => import("../paraglide/messages/de.js"),
  es: () => import("../paraglide/messages/es.js"),
  fr: () => import("../paraglide/messages/fr.js"),
  ja: () => import("../paraglide/messages/ja.js"),
  "zh-Hans": () => import("../paraglide/messages/zh-Hans.js"),
};

/** Loads what a language says, once. */
export async function learn(locale: Locale): Promise<void> {
  if (locale === "en") return;
  const [messages] = await Promise.all([LESSONS[locale](), learnRefusals(locale)]);
  spoken[locale] = messages;
}
