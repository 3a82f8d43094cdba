import type { Picks } from "../../state/picks.svelte";

export type Column = {
  id: string;
  label: string;
  /** Its track in the grid of the wide layout. */
  track: string;
  /** Its label is for screen readers alone. */
  isBare?: boolean;
  /** A click on its head sorts by it. */
  sorts?: boolean;
  /** It is left out where the window is compact. */
  folds?: boolean;
};

export type Sort = { by: string; descending: boolean };

/** The keys of a table with rows to choose: arrows move, with Shift they choose, Space toggles, Ctrl+A takes all. */
export function tableKey(picks: Picks, event: KeyboardEvent, open: () => void): boolean {
  const moves = { ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" } as const;
  const move = moves[event.key as keyof typeof moves];
  if (move) picks.move(move, event.shiftKey);
  else if (event.key === " " && picks.active !== null) picks.toggle(picks.active);
  else if (event.key === "a" && event.ctrlKey) picks.chooseShown();
  else if (event.key === "Enter") open();
  else if (event.key === "Escape" && picks.size > 0) picks.clear();
  else return false;
  return true;
}
