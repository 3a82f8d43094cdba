const CAPS: Record<string, string> = {
  Enter: "↵",
  Escape: "Esc",
  Delete: "Del",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** What stands on the keys of a chord, such as "Ctrl+ArrowUp". */
export function caps(chord: string): string[] {
  return chord.split("+").map((key) => CAPS[key] ?? key);
}
