import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { m } from "../src/paraglide/messages.js";
import { getLocale, locales } from "../src/paraglide/runtime.js";
import { applyLanguage, languages, nearest } from "../src/state/language.svelte";

type Plural = { declarations: string[]; selectors: string[]; match: Record<string, string> };
type Messages = Record<string, string | Plural[]>;

const folder = join(import.meta.dirname, "../messages");
const read = (locale: string): Messages =>
  JSON.parse(readFileSync(join(folder, `${locale}.json`), "utf8")) as Messages;

const english = read("en");
const others = locales.filter((locale) => locale !== "en");

/** Every form a message can take. */
const forms = (message: string | Plural[] | undefined): string[] =>
  typeof message === "string" ? [message] : (message ?? []).flatMap(({ match }) => Object.values(match));

/** What stands in braces in one form or another. */
const placeholders = (message: string | Plural[] | undefined): string[] =>
  [...new Set(forms(message).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

test("there is a file for every language and a language for every file", () => {
  const files = readdirSync(folder).map((file) => file.replace(".json", ""));
  expect(files.sort()).toEqual([...locales].sort());
});

test("no sentence is kept that the window does not say", () => {
  const sources = join(import.meta.dirname, "../src");
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" });
  const written = files.filter((file) => /\.(svelte|ts)$/.test(file) && !file.startsWith("paraglide"));
  const code = written.map((file) => readFileSync(join(sources, file), "utf8")).join("\n");
  const said = new Set([...code.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key));
  expect(Object.keys(english).filter((key) => key !== "$schema" && !said.has(key))).toEqual([]);
});

test.each(others)("%s says everything that English says, and nothing else", (locale) => {
  const messages = read(locale);
  const missing = Object.keys(english).filter((key) => !(key in messages));
  const left = Object.keys(messages).filter((key) => !(key in english));
  expect(missing, `to be translated in messages/${locale}.json`).toEqual([]);
  expect(left, `no longer needed in messages/${locale}.json`).toEqual([]);
});

test.each(others)("%s puts the same names and numbers into each sentence", (locale) => {
  const messages = read(locale);
  const differing = Object.keys(english).filter(
    (key) => placeholders(messages[key]).join() !== placeholders(english[key]).join(),
  );
  expect(differing).toEqual([]);
});

test.each(others)("%s leaves no sentence empty", (locale) => {
  const messages = read(locale);
  expect(Object.keys(messages).filter((key) => forms(messages[key]).some((form) => !form.trim()))).toEqual(
    [],
  );
});

test.each([...locales])("%s has a form for every number that its grammar tells apart", (locale) => {
  const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
  const lacking = Object.entries(read(locale)).flatMap(([key, message]) => {
    if (typeof message === "string") return [];
    return message.flatMap(({ selectors, match }) => {
      const has = (category: string): boolean =>
        selectors.some((selector) => `${selector}=${category}` in match || `${selector}=*` in match);
      return pluralCategories.filter((category) => !has(category)).map((category) => `${key}: ${category}`);
    });
  });
  expect(lacking).toEqual([]);
});

/** What stands behind a number in any number: participles and particles that the language does not inflect there. */
const UNINFLECTED: Record<string, string[]> = {
  en: ["chosen", "kept", "active", "now", "more", "failed", "open", "enrolled", "off", "left"],
  de: [
    "gewählt",
    "übernehmen",
    "werden",
    "daneben",
    "aktiv",
    "ausgewählt",
    "jetzt",
    "weitere",
    "von",
    "offen",
    "fehlgeschlagen",
    "registriert",
  ],
  es: ["como", "más", "ahora", "por", "pendientes", "con"],
  fr: ["sur", "maintenant", "par", "conservées"],
};

test.each(Object.keys(UNINFLECTED))(
  "%s says nothing that is counted in one form for every number",
  (locale) => {
    const counted = /\{(?:count|seconds|minutes|hours|days|total|done|open|failed|keep|left)\} (\p{L}{3,})/gu;
    const stiff = Object.entries(read(locale)).flatMap(([key, message]) => {
      if (typeof message !== "string") return [];
      const words = [...message.matchAll(counted)].map(([, word]) => word ?? "");
      return words
        .filter((word) => word !== "min" && !UNINFLECTED[locale]?.includes(word))
        .map((word) => `${key}: ${word}`);
    });
    expect(stiff).toEqual([]);
  },
);

test("one is said otherwise than many, in the language that was chosen", async () => {
  const found = (count: number): string => m.add_found({ count });
  await applyLanguage("de");
  expect([found(1), found(2)]).toEqual(["1 Code gefunden", "2 Codes gefunden"]);
  await applyLanguage("fr");
  expect([found(0), found(1), found(2), found(1_000_000)]).toEqual([
    "0 code trouvé",
    "1 code trouvé",
    "2 codes trouvés",
    "1000000 codes trouvés",
  ]);
  await applyLanguage("zh-Hans");
  expect(found(1)).toBe("找到 1 个代码");
  await applyLanguage("en");
});

test("the web view is told the language and its direction", async () => {
  await applyLanguage("ja");
  expect([document.documentElement.lang, document.documentElement.dir]).toEqual(["ja", "ltr"]);
  expect(getLocale()).toBe("ja");
  await applyLanguage("en");
  expect(document.documentElement.lang).toBe("en");
});

test("the system's language is taken by its nearest, and never by another script", () => {
  expect(nearest(["de-AT", "en"])).toBe("de");
  expect(nearest(["es-419"])).toBe("es");
  expect(nearest(["zh-CN"])).toBe("zh-Hans");
  expect(nearest(["zh-SG"])).toBe("zh-Hans");
  expect(nearest(["zh-TW", "ja"])).toBe("ja");
  expect(nearest(["pt-BR", "fr-CA"])).toBe("fr");
  expect(nearest(["C", "de"])).toBe("de");
  expect(nearest(["C.UTF-8", ""])).toBe("en");
  expect(nearest(["nl"])).toBe("en");
  expect(nearest([])).toBe("en");
});

test("a language is named in its own words", () => {
  const named = languages().map(({ label }) => label);
  expect(named).toEqual(["As the system", "English", "Deutsch", "Español", "Français", "日本語", "简体中文"]);
});

test("of two languages chosen at once the later one holds", async () => {
  await Promise.all([applyLanguage("es"), applyLanguage("en")]);
  expect(m.view_settings()).toBe("Settings");
});
