import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { asideFor, sourceOf } from "../src/state/label";
import {
  advised,
  changed,
  conflict,
  damagedRows,
  differing,
  guessTime,
  leftOut,
} from "../src/components/backup/words";
import type { FoundView } from "../src/ipc/bindings";
import { applyLanguage } from "../src/state/language.svelte";

afterEach(() => applyLanguage("en"));

test("what changed before a backup is named where it is little, and counted where it is much", async () => {
  const changes = [
    { kind: "added" as const, count: 2, labels: ["GitHub:maya", "AWS:omar"] },
    { kind: "changed" as const, count: 12, labels: [] },
    { kind: "order" as const },
  ];
  expect(changed(changes)).toBe("Added GitHub:maya, AWS:omar · Changed 12 accounts · Another order");
  await applyLanguage("de");
  expect(changed(changes)).toBe("Neu: GitHub:maya, AWS:omar · Geändert: 12 Konten · Andere Reihenfolge");
  await applyLanguage("fr");
  expect(changed([{ kind: "deleted", count: 12, labels: [] }])).toBe("Supprimé : 12 comptes");
  expect(changed([])).toBe("");
});

test("what no backup holds is said with its name, in the language of the window", async () => {
  const lacks = [
    { kind: "unreadable" as const, label: "GitHub:maya" },
    { kind: "damaged-row" as const, reason: "expected `,`" },
  ];
  expect(changed(lacks)).toBe("GitHub:maya (its seed cannot be read) · a damaged row");
  await applyLanguage("es");
  expect(changed(lacks)).toBe("GitHub:maya (su clave secreta no se puede leer) · una fila dañada");
});

test("what differs from a backup is said in the language of the window", async () => {
  const differences = [
    { kind: "name" as const, there: "GitHub:maya" },
    { kind: "counter" as const, there: 9, here: 7 },
    { kind: "trashed-here" as const },
  ];
  expect(differing(differences)).toBe(
    "The name is GitHub:maya in the backup. The counter is 9 in the backup and 7 here. In the trash here.",
  );
  await applyLanguage("de");
  expect(differing(differences)).toBe(
    "In der Sicherung heißt es GitHub:maya. Der Zähler steht in der Sicherung auf 9 und hier auf 7. Hier im Papierkorb.",
  );
  expect(conflict("same-name")).toBe(
    "Ein Konto dieses Namens ist mit einem anderen geheimen Schlüssel hier.",
  );
  expect(damagedRows([{ place: 3, reason: "expected `,`" }])).toBe("Konto 3 (expected `,`)");
});

test("how long guessing takes has the units of the language", async () => {
  const hours = { kind: "units" as const, count: 3, unit: "hour" as const };
  const year = { kind: "units" as const, count: 1, unit: "year" as const };
  expect([guessTime(hours), guessTime(year)]).toEqual(["3 hours", "1 year"]);
  expect([guessTime({ kind: "instant" }), guessTime({ kind: "centuries" })]).toEqual([
    "less than a second",
    "centuries",
  ]);
  await applyLanguage("fr");
  expect([guessTime(hours), guessTime(year)]).toEqual(["3\u00a0heures", "1\u00a0an"]);
});

test("advice on a passphrase is said in the language of the window", async () => {
  expect(advised(["another-word", "capitals"])).toBe(
    "Add another word or two. Uncommon words are better. Capital letters do not help much.",
  );
  await applyLanguage("ja");
  expect(advised(["no-sequences"])).toBe("連続した文字や数字は避けてください。");
});

test("an account that is not in an export is named with its reason", async () => {
  expect(leftOut({ label: "GitHub:maya", gap: { kind: "unreadable" } })).toBe(
    "GitHub:maya: its seed cannot be read",
  );
  await applyLanguage("zh-Hans");
  expect(leftOut({ label: "GitHub:maya", gap: { kind: "counter", counter: 7 } })).toBe(
    "GitHub:maya: 计数器 7 超出 Aegis 可保存的范围",
  );
});

test("an account that is set aside says why in the language of the window", async () => {
  const aside = { id: null, label: "", code: "account-row-damaged", reason: "expected `,`" };
  await applyLanguage("fr");
  expect(asideFor(aside)).toBe("La ligne du compte dans la liste ne peut pas être lue. (expected `,`)");
});

test("whatever is no file and can be handed over has words of its own", () => {
  const shell = readFileSync(join(import.meta.dirname, "../../src-tauri/src/source.rs"), "utf8");
  const names = [...shell.matchAll(/Self::\w+ => "([a-z ]+)"/g)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => sourceOf({ source: name } as FoundView) === name)).toEqual([]);
});

test("what was found in no file says where in the language of the window, and a file by its name", async () => {
  const found = (source: string): FoundView => ({ source }) as FoundView;
  await applyLanguage("de");
  expect([sourceOf(found("clipboard")), sourceOf(found("payroll.png"))]).toEqual([
    "Zwischenablage",
    "payroll.png",
  ]);
});
