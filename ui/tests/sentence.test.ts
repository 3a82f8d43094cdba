import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CommandFailure } from "../src/ipc/call";
import { sentence } from "../src/ipc/sentence";

const TABLES = ["errors", "aws-errors", "file-errors"];

/** The messages of every error there is, as the documentation shows them. */
const messages = TABLES.flatMap((table) =>
  readFileSync(`${import.meta.dirname}/../../docs/${table}.md`, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split(/(?<!\\)\|/)[2]!.trim()),
);

/** The made-up names of the tables that stand first in a message. */
const NAMES =
  /^(maya|GitHub:maya|maya@bank|maya\.lockstep|record-aws-journal\.age|store\.json|accounts\.txt|holiday\.jpg|key\.txt|id_ed25519|arn:aws:|http:)/;

test("every message of an error is shown as a sentence, and a name in front of it stays as it is written", () => {
  expect(messages.length).toBeGreaterThan(100);
  for (const message of messages) {
    const shown = sentence(message);
    expect(shown).toMatch(NAMES.test(message) ? NAMES : /^[\p{Lu}\d"]/u);
    expect(shown).toMatch(/[.!?]["”)]?$/);
  }
});

test("what is a sentence already stays one", () => {
  expect(sentence("The keyring is locked.")).toBe("The keyring is locked.");
  expect(sentence("AWS asks too often: Rate exceeded.")).toBe("AWS asks too often: Rate exceeded.");
  expect(sentence("")).toBe("");
});

test("a refused command says what is so in a sentence", () => {
  const refused = { code: "keyring-locked", message: "the keyring is locked", remedy: "Unlock it." };
  expect(new CommandFailure(refused).message).toBe("The keyring is locked.");
});

test("a remark on what AWS does not show begins as a sentence does", () => {
  expect(sentence("which virtual devices there are is unknown: no")).toBe(
    "Which virtual devices there are is unknown: no.",
  );
});
