import type { Plugin } from "vite";

/** Paraglide imports every language at once, and wraps each message in a function that looks for the right one. Here a
 * message is looked up by its name in what `state/spoken.ts` has loaded: English at once, any other when it is chosen.
 * Each language is one object, which names its messages once instead of three times. */
export function lazyLanguages(): Plugin {
  return {
    name: "lazy-languages",
    transform(code, id) {
      if (/\/paraglide\/messages\.js$/.test(id)) return { code: MESSAGES, map: null };
      if (/\/paraglide\/messages\/[\w-]+\.js$/.test(id)) return { code: asOneObject(code), map: null };
    },
  };
}

const MESSAGES = `
import * as en from "./messages/en.js";
import { getLocale } from "./runtime.js";
import { spoken } from "../state/spoken";
spoken.en = en;
const say = (name) => (inputs) => spoken[getLocale()].texts[name](inputs);
export const m = new Proxy({}, { get: (known, name) => (known[name] ??= say(name)) });
`;

function asOneObject(code: string): string {
  const [imports = "", ...messages] = code.split(/^export const (?=\w+ = )/m);
  const properties = messages.map((message) => message.replace(" = ", ": ").replace(/^\};\s*/m, "},\n"));
  return `${imports}export const texts = {\n${properties.join("")}};\n`;
}
