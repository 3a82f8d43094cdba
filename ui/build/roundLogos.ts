import { optimize } from "svgo";
import type { Plugin } from "vite";

/** Logos are drawn 24 units wide on at most 40 pixels: a hundredth of a unit is less than a fiftieth of a pixel. */
const DECIMALS = 2;

/** A path of Simple Icons, in whatever quotes, and no other text that is called a path. */
const LOGO = /\bpath:\s*(["'`])(M[-.\d\s][-+.,\d\sA-Z]+)\1/gi;

/** Leaves out decimals of the logos that nobody can see: a third of what they take. */
export function roundLogos(): Plugin {
  return {
    name: "round-logos",
    apply: "build",
    renderChunk(code) {
      return {
        code: code.replace(LOGO, (_all, quote, path) => `path:${quote}${rounded(path)}${quote}`),
        map: null,
      };
    },
  };
}

function rounded(path: string): string {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${path}"/></svg>`;
  const { data } = optimize(picture, {
    floatPrecision: DECIMALS,
    plugins: [{ name: "convertPathData", params: { floatPrecision: DECIMALS } }],
  });
  const shorter = / d="([^"]+)"/.exec(data)?.[1];
  if (!shorter) throw new Error(`a logo without a path: ${path}`);
  return shorter;
}
