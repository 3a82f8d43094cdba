const START = "\u0002";
const END = "\u0003";

/** Marks a name so that `segments` finds it again in a finished sentence. */
export function bold(name: string): string {
  return START + name.replaceAll(START, "").replaceAll(END, "") + END;
}

/** Where a message makes its own words strong: `{b}Copied{e} a code of {name}`. */
export const strong = { b: START, e: END };

/** Keeps a name apart from the direction of the sentence around it. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

export type Segment = { text: string; strong: boolean };

/** A sentence in pieces: what `bold` marked, and the rest. */
export function segments(sentence: string): Segment[] {
  return sentence
    .split(START)
    .flatMap((piece, index): Segment[] => {
      const end = index === 0 ? -1 : piece.indexOf(END);
      return [
        { text: piece.slice(0, Math.max(end, 0)), strong: true },
        { text: piece.slice(end + 1), strong: false },
      ];
    })
    .filter(({ text }) => text !== "");
}
