import subsetFont from "subset-font";
import type { Plugin } from "vite";

/** The weights of `styles/tokens.css`. */
const WEIGHTS = { min: 400, max: 600, default: 400 };

type Span = readonly [first: number, last: number];
type Used = { features: string[]; characters: Span[] };

const ASCII: Span = [0x20, 0x7e];

/** What is used of each face: figures of one width, Inter's disambiguated shapes, and accents in their places. The codes,
 * secrets and serial numbers that JetBrains Mono is for are ASCII; it would join `->` and `!=` into one sign, which none
 * of them may show. */
const FACES: Record<string, Used> = {
  inter: {
    features: ["kern", "tnum", "lnum", "cv05", "ss03", "ccmp", "locl", "mark", "mkmk"],
    // Those of Fontsource's Latin file, without rare spaces and marks of General Punctuation.
    characters: [
      ASCII,
      [0xa0, 0xff],
      [0x131, 0x131],
      [0x152, 0x153],
      [0x2c6, 0x2c6],
      [0x2da, 0x2da],
      [0x2dc, 0x2dc],
      [0x300, 0x329],
      [0x2009, 0x203a],
      [0x20ac, 0x20ac],
      [0x2122, 0x2122],
      [0x2190, 0x2193],
      [0x2212, 0x2215],
    ],
  },
  "jetbrains-mono": { features: [], characters: [ASCII, [0xb7, 0xb7], [0x2013, 0x2014], [0x2022, 0x2026]] },
};

/** Leaves out of the shipped faces what no style asks for: weights and alternative shapes, more than half of each file. */
export function subsetFonts(): Plugin {
  return {
    name: "subset-fonts",
    apply: "build",
    async generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".woff2")) continue;
        const face = Object.entries(FACES).find(([name]) => file.fileName.includes(`/${name}-`));
        if (!face) throw new Error(`build/subsetFonts.ts does not say what is used of ${file.fileName}`);
        const { features, characters } = face[1];
        file.source = await subsetFont(Buffer.from(file.source), characters.map(texted).join(""), {
          targetFormat: "woff2",
          variationAxes: { wght: WEIGHTS },
          keepFeatures: features,
        });
      }
    },
  };
}

function texted([first, last]: Span): string {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, at) => first + at));
}
