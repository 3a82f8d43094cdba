import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, type AST } from "svelte/compiler";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "../src");
const files = (ending: string): string[] =>
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(src, file));
const components = files(".svelte");

/** Attributes whose text a person sees or hears. */
const SAID = new Set(["aria-label", "aria-description", "title", "placeholder", "alt", "label"]);

const hasLetters = (text: string): boolean => /\p{L}/u.test(text);

type Node = { type: string; [key: string]: unknown };

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodes(one);
  else if (value && typeof value === "object") {
    if ("type" in value && typeof value.type === "string") yield value as Node;
    for (const [key, inner] of Object.entries(value)) if (key !== "metadata") yield* nodes(inner);
  }
}

/** The words that stand in a component itself instead of in the messages. */
function words(fragment: AST.Fragment): string[] {
  const found: string[] = [];
  for (const node of nodes(fragment)) {
    // What stands in a file or is typed into a terminal is the same in every language.
    if (node.type === "RegularElement" && node.name === "pre") node.fragment = null;
    if ((node.type === "Attribute" || node.type === "StyleDirective") && Array.isArray(node.value)) {
      const parts = node.value as Node[];
      const said = parts.filter(({ type, data }) => type === "Text" && hasLetters(String(data)));
      if (SAID.has(String(node.name))) found.push(...said.map(({ data }) => String(data)));
      for (const part of said) part.data = "";
    } else if (node.type === "Text" && hasLetters(String(node.data))) found.push(String(node.data).trim());
  }
  return found;
}

test("every word of the window stands in the messages", () => {
  const found = components.flatMap((file) =>
    words(parse(readFileSync(file, "utf8"), { modern: true }).fragment).map(
      (word) => `${relative(src, file)}: ${word}`,
    ),
  );
  expect(found).toEqual([]);
});

test("a word in a component would be noticed", () => {
  const source =
    '<p class="note">Copied</p><button aria-label="Close {name}" data-testid="x">{m.ok()}</button>';
  expect(words(parse(source, { modern: true }).fragment)).toEqual(["Copied", "Close "]);
});

const PHYSICAL = [
  /\b(?:margin|padding|border)-(?:left|right)\b/,
  /(?:^|[\s;{])(?:left|right)\s*:/,
  /\binset-(?:left|right)\b/,
  /\btext-align\s*:\s*(?:left|right)\b/,
  /\b(?:float|clear)\s*:\s*(?:left|right)\b/,
  /\bborder-(?:top|bottom)-(?:left|right)-radius\b/,
];

function styles(file: string): string {
  const source = readFileSync(file, "utf8");
  return file.endsWith(".css") ? source : (/<style>([\s\S]*)<\/style>/.exec(source)?.[1] ?? "");
}

test("styles speak of start and end, never of left and right, so that a window can be mirrored", () => {
  const found = [...components, ...files(".css")].flatMap((file) =>
    styles(file)
      .split("\n")
      .filter((line) => PHYSICAL.some((pattern) => pattern.test(line)))
      .map((line) => `${relative(src, file)}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test("nothing is set in italics, which Japanese and Chinese do not have", () => {
  const sloped = [...components, ...files(".css")].filter((file) => {
    const source = readFileSync(file, "utf8");
    return /font-style\s*:\s*(?:italic|oblique)/.test(source) || /<(?:em|cite|dfn|address)\b/.test(source);
  });
  expect(sloped).toEqual([]);
});

test.each(["ja", "zh"])("%s has faces of its own before the system's", (language) => {
  const tokens = readFileSync(join(src, "styles/tokens.css"), "utf8");
  const faces =
    new RegExp(`:root:lang\\(${language}\\) \\{\\s*--script-faces:([^;]+);`).exec(tokens)?.[1] ?? "";
  expect(faces).toContain(language === "ja" ? "Noto Sans CJK JP" : "Noto Sans CJK SC");
  for (const face of ["--font-ui", "--font-code"]) {
    const stack = new RegExp(`${face}:([^;]+);`).exec(tokens)?.[1] ?? "";
    expect(stack.indexOf("var(--script-faces")).toBeGreaterThan(0);
    expect(stack.indexOf("var(--script-faces")).toBeLessThan(stack.lastIndexOf("Noto Sans"));
  }
});
