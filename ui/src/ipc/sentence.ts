/** What the library's messages begin with where they do not begin with a name, which stays as somebody wrote it. */
const OPENINGS = new Set([
  ..."a an another at cameras codes could for in it its line no none not nothing one reading requests".split(
    " ",
  ),
  ..."retiring somebody that the there these they this whether which who".split(" "),
]);

/** A message of the library, which stands in the middle of a line on the terminal, as a sentence of its own. */
export function sentence(message: string): string {
  const [first = ""] = message.split(/[ ,:;]/, 1);
  const begun = OPENINGS.has(first) ? message[0]?.toUpperCase() + message.slice(1) : message;
  return /[.!?…。！？]["”)]?$/.test(begun) || begun === "" ? begun : `${begun}.`;
}
