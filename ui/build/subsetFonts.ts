import subsetFont from "subset-font";
import type { Plugin } from "vite";

/** The weights of `styles/tokens.css`. */
const WEIGHTS = { min: 400, max: 600, default: 400 };

/** What the styles use of each face: figures of one width, Inter's disambiguated shapes, and accents in their places.
 * JetBrains Mono joins `->` and `!=` into one sign, which no secret and no ARN may show. */
const FEATURES = {
  inter: ["kern", "tnum", "lnum", "cv05", "ss03", "ccmp", "locl", "mark", "mkmk"],
  "jetbrains-mono": ["tnum", "lnum", "ccmp", "locl", "mark", "mkmk"],
};

/** The characters of Fontsource's Latin files. */
const LATIN: readonly [first: number, last: number][] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x131, 0x131],
  [0x152, 0x153],
  [0x2bb, 0x2bc],
  [0x2c6, 0x2c6],
  [0x2da, 0x2da],
  [0x2dc, 0x2dc],
  [0x300, 0x329],
  [0x2000, 0x206f],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2190, 0x2193],
  [0x2212, 0x2215],
];

/** Leaves out of the shipped faces what no style asks for: weights and alternative shapes, more than half of each file. */
export function subsetFonts(): Plugin {
  return {
    name: "subset-fonts",
    apply: "build",
    async generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".woff2")) continue;
        const face = Object.entries(FEATURES).find(([name]) => file.fileName.includes(`/${name}-`));
        if (!face) throw new Error(`build/subsetFonts.ts does not say what is used of ${file.fileName}`);
        file.source = await subsetFont(Buffer.from(file.source), characters(), {
          targetFormat: "woff2",
          variationAxes: { wght: WEIGHTS },
          keepFeatures: face[1],
        });
      }
    },
  };
}

function characters(): string {
  return LATIN.map(([first, last]) =>
    String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, at) => first + at)),
  ).join("");
}
