/** A code in the groups it is read in: 3+3, 4+4, 3+4, 5. */
export function groups(code: string): string[] {
  const characters = [...code];
  if (characters.length <= 5) return [code];
  const half = Math.floor(characters.length / 2);
  return [characters.slice(0, half).join(""), characters.slice(half).join("")];
}

/** A code as it is read aloud: one character after another. */
export function spoken(code: string): string {
  return [...code].join(" ");
}
