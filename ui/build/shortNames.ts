import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const MESSAGES = /\/paraglide\/messages\/[\w-]+\.js$/;
const SOURCES = /\/src\/.+\.(?:svelte|ts)$/;

/** Calls each message by its number instead of by its name, in what is shipped: a name stands there twice, once where it is
 * said and once where it is used, and takes about as much as a short message itself. The order of the English file is the
 * same for every language. */
export function shortNames(): Plugin {
  const short = new Map<string, string>();
  const shortened = (name: string): string => short.get(name) ?? name;
  return {
    name: "short-names",
    apply: "build",
    enforce: "post",
    buildStart() {
      const english = JSON.parse(readFileSync("messages/en.json", "utf8")) as Record<string, unknown>;
      Object.keys(english).forEach((name, number) => short.set(name, `_${number.toString(36)}`));
    },
    transform(code, id) {
      if (MESSAGES.test(id)) return { code: code.replace(/^\w+(?=:)/gm, shortened), map: null };
      if (SOURCES.test(id)) return { code: code.replace(/(?<=\bm\.)\w+/g, shortened), map: null };
    },
  };
}
