import type { CommandError, NoticeView, WarningView } from "../ipc/bindings";
import { getLocale, type Locale } from "../paraglide/runtime.js";
import { sentence } from "../ipc/sentence";

type Other = Exclude<Locale, "en">;
/** By code, or by the name of a warning: what is so, and what to do next (may be empty). `{0}` is the first of the names. */
type Refusals = Record<string, string[]>;
export type Refusal = Pick<CommandError, "code" | "message" | "remedy">;
/** A refusal as a notice says it: what is so, what to do next, and the library's English where it says more. */
export type Told = { fact: string; rest: string; detail: string };

// English is what the library says itself, with every name and number in it.
const BOOKS: Record<Other, () => Promise<{ default: Refusals }>> = {
  de: () => import("../../refusals/de.json"),
  es: () => import("../../refusals/es.json"),
  fr: () => import("../../refusals/fr.json"),
  ja: () => import("../../refusals/ja.json"),
  "zh-Hans": () => import("../../refusals/zh-Hans.json"),
};

const known: Partial<Record<Locale, Refusals>> = {};

/** The codes whose English message says the same of every case, so that a translation leaves nothing out. */
const WHOLE = new Set([
  "clock-before-1970",
  "scan-cancelled",
  "keyring-locked",
  "keyring-denied",
  "vault-missing",
  "vault-exists",
  "vault-passphrase-wrong",
  "index-key-missing",
  "store-copy-differs",
  "randomness-missing",
  "backup-passphrase-wrong",
  "backup-passphrase-needed",
  "backup-key-wrong",
  "backup-key-needed",
  "backup-cut-off",
  "hand-off-key-wrong",
  "hand-off-passphrase-wrong",
  "aws-root",
  "aws-run-stopped",
  "aws-clock-unknown",
  "clipboard-missing",
  "clipboard-busy",
  "clipboard-refused",
  "screen-without-code",
  "region-without-code",
  "region-not-chosen",
  "camera-missing",
  "screen-refused",
  "passphrase-empty",
  "not-open",
  "is-backup",
  "is-hand-off",
  "given-up",
  "nothing-held",
  "aws-not-connected",
  "aws-practice-ends",
  "command-line-missing",
  "no-home",
  "fleet-not-read",
  "fleet-busy",
  "nothing-planned",
  "broke-off",
  "no_name",
  "noncanonical_base32",
  "control_chars_removed",
]);

/** Loads what a language says of refusals, once. */
export async function learnRefusals(locale: Locale): Promise<void> {
  if (locale !== "en") known[locale] ??= (await BOOKS[locale]()).default;
}

/** A refusal in the language of the window. */
export function told({ code, message, remedy }: Refusal): Told {
  const [fact, rest] = known[getLocale()]?.[code] ?? [];
  if (fact === undefined || rest === undefined) return { fact: sentence(message), rest: remedy, detail: "" };
  return { fact, rest, detail: WHOLE.has(code) ? "" : message };
}

/** What is so alone, for where the ways out stand beside it. */
export function inShort(refusal: Refusal): string {
  const { fact, detail } = told(refusal);
  return [fact, detail && `(${detail})`].filter(Boolean).join(" ");
}

/** What is said of an account that can be kept all the same. */
export function warned({ name, message }: WarningView): string {
  return inFull({ code: name, message, remedy: "" });
}

/** What was noticed, with the names in it, and with what it comes from. English is what the library says, whole. */
export function noticed({ code, message, values, cause }: NoticeView): string {
  const texts = known[getLocale()]?.[code];
  if (!texts) return sentence(message);
  const filled = texts.map((text) => text.replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? ""));
  return [...filled, cause ? inShort({ ...cause, remedy: "" }) : ""].filter(Boolean).join(" ");
}

/** What is so and what to do next, in one text. */
export function inFull(refusal: Refusal): string {
  const { fact, rest, detail } = told(refusal);
  return [fact, rest, detail && `(${detail})`].filter(Boolean).join(" ");
}
