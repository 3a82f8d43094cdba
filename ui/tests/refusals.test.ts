import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { locales } from "../src/paraglide/runtime.js";
import { applyLanguage } from "../src/state/language.svelte";
import { inFull, inShort, noticed, told, warned } from "../src/state/refusals";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const refusals = (locale: string): Record<string, string[]> =>
  JSON.parse(read(`ui/refusals/${locale}.json`)) as Record<string, string[]>;

const others = locales.filter((locale) => locale !== "en");

/** Whatever says something by itself, and not in answer to a question. */
const NOTICES = [
  "crates/device/src/authenticator/notice.rs",
  "crates/iam/src/note.rs",
  "crates/iam/src/fleet/roster.rs",
  "src-tauri/src/notice.rs",
];

function noticeCodes(): string[] {
  const named = NOTICES.flatMap((path) => [
    ...read(path).matchAll(/(?:Self::\w+[^=\n]*=>|ROW_DAMAGED: &str =) "([a-z]+(?:-[a-z]+)+)"[,;]/g),
  ]);
  expect(named.length).toBeGreaterThan(25);
  return named.map(([, code]) => code ?? "");
}

/** Every code that the library has, as its pages list them, the ones that only the window's shell has, the warnings, and the
 * notices. */
function codes(): string[] {
  const pages = ["errors", "aws-errors", "file-errors"].map((page) => read(`docs/${page}.md`)).join("\n");
  const listed = [...pages.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code ?? "");
  const shell = /pub\(crate\) fn code\(&self\)[\s\S]*?\n {4}\}\n/.exec(read("src-tauri/src/error.rs"))?.[0];
  const own = [...(shell ?? "").matchAll(/"([a-z0-9-]+)"/g)].map(([, code]) => code ?? "");
  const names = /pub const fn name[\s\S]*?\n {4}\}\n/.exec(read("crates/device/src/otpauth/mod.rs"))?.[0];
  const warnings = [...(names ?? "").matchAll(/"([a-z0-9_]+)"/g)].map(([, name]) => name ?? "");
  expect(warnings.length).toBeGreaterThan(5);
  expect(listed.length).toBeGreaterThan(100);
  expect(own.length).toBeGreaterThan(30);
  return [...new Set([...listed, ...own, ...warnings, ...noticeCodes()])].sort();
}

const wrong = {
  code: "vault-passphrase-wrong",
  message: "the passphrase does not open the vault",
  remedy: "",
};
const assigned = {
  code: "aws-device-assigned",
  message: "the device arn:1 belongs to noor",
  remedy: "Choose.",
};

afterEach(() => applyLanguage("en"));

test("English is what the library says itself, and every other language has its own words", () => {
  expect(readdirSync(join(root, "ui/refusals")).sort()).toEqual(
    others.map((locale) => `${locale}.json`).sort(),
  );
});

test.each(others)("%s says of every code that can reach the window what is so and what to do", (locale) => {
  expect(Object.keys(refusals(locale)).sort()).toEqual(codes());
});

test.each(others)("%s says it in whole sentences", (locale) => {
  const broken = Object.entries(refusals(locale)).filter(([, texts]) => {
    const [message = "", remedy = "", ...more] = texts;
    const isWhole = (text: string): boolean => /[.。]$/.test(text) && text.trim() === text;
    return more.length > 0 || !isWhole(message) || !(remedy === "" || isWhole(remedy));
  });
  expect(broken).toEqual([]);
});

test.each(others)("%s has a way out wherever the others have one", (locale) => {
  const german = refusals("de");
  const own = refusals(locale);
  expect(Object.keys(own).filter((code) => !own[code]?.[1] !== !german[code]?.[1])).toEqual([]);
});

test.each(others)("%s puts the same names into each sentence as the others", (locale) => {
  const names = (texts: string[] | undefined): string[] => [
    ...new Set((texts ?? []).join(" ").match(/\{\d\}/g) ?? []),
  ];
  const german = refusals("de");
  const differing = Object.entries(refusals(locale)).filter(
    ([code, texts]) => names(texts).join() !== names(german[code]).join(),
  );
  expect(differing).toEqual([]);
});

test("a refusal is said in English as the library says it", () => {
  expect(told(assigned)).toEqual({ fact: "The device arn:1 belongs to noor.", rest: "Choose.", detail: "" });
  expect(inFull(wrong)).toBe("The passphrase does not open the vault.");
  expect(inFull(assigned)).toBe("The device arn:1 belongs to noor. Choose.");
  expect(inShort(assigned)).toBe("The device arn:1 belongs to noor.");
});

test("a refusal is said in the language of the window, with the library's names and numbers below it", async () => {
  await applyLanguage("de");
  expect(told(assigned)).toEqual({
    fact: "Das Gerät gehört jemand anderem.",
    rest: "Wähle ein anderes Gerät.",
    detail: assigned.message,
  });
  expect(inShort(assigned)).toBe(`Das Gerät gehört jemand anderem. (${assigned.message})`);
});

test("what a translation says in full is not repeated in English", async () => {
  await applyLanguage("fr");
  expect(told(wrong).detail).toBe("");
  expect(inFull(wrong)).toBe(
    "La phrase secrète n’ouvre pas le coffre. Réessayez. Rien n’est effacé après des essais manqués.",
  );
});

test("a refusal that no language knows stays as it came", async () => {
  await applyLanguage("ja");
  expect(told({ code: "window", message: "so", remedy: "" })).toEqual({ fact: "so.", rest: "", detail: "" });
});

test("what is odd about an account that can be kept is said in the language of the window", async () => {
  const weak = { name: "weak_secret", message: "The secret is 10 bytes." };
  expect(warned(weak)).toBe("The secret is 10 bytes.");
  await applyLanguage("fr");
  expect(warned({ name: "batch_incomplete", message: "QR 2 of 3 is missing. Read it too." })).toBe(
    "Il manque encore des codes QR de cette exportation. Lisez-les aussi. (QR 2 of 3 is missing. Read it too.)",
  );
});

test("the next language chosen says it anew", async () => {
  await applyLanguage("es");
  expect(told(wrong).fact).toBe("La frase de contraseña no abre la caja fuerte.");
  await applyLanguage("zh-Hans");
  expect(told(wrong).fact).toBe("密码短语无法打开保险库。");
});

const leftBehind = {
  code: "aws-device-left-behind",
  message:
    "arn:1 is nobody's any more, and could not be deleted: no. Someone can: `lockstep aws delete arn:1`",
  values: ["arn:1"],
  cause: { code: "vault-passphrase-wrong", message: "no" },
};

test("a notice is said in English as the library says it, and in another language with its names and its cause", async () => {
  expect(noticed(leftBehind)).toBe(
    "arn:1 is nobody's any more, and could not be deleted: no. Someone can: `lockstep aws delete arn:1`.",
  );
  await applyLanguage("de");
  expect(noticed(leftBehind)).toBe(
    "arn:1 gehört niemandem mehr und konnte nicht gelöscht werden. Wer MFA-Geräte löschen darf, kann es tun: „lockstep aws delete arn:1“. Die Passphrase öffnet den Tresor nicht.",
  );
});

test("a cause that no language knows is said as it came", async () => {
  await applyLanguage("fr");
  const unwritten = {
    code: "activity-unwritten",
    message: "x",
    values: [],
    cause: { code: "", message: "disk full" },
  };
  expect(noticed(unwritten)).toBe(
    "Ce qui est fait ici ne peut pas être écrit dans l’activité. C’est fait malgré tout. disk full.",
  );
});
