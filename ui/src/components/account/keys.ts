import { ROW_ACTIONS } from "../../state/accountActions";
import { copyOffered } from "../../state/actions";
import type { AccountView } from "../../ipc/bindings";
import type { Session } from "../../state/session.svelte";
import type { Step } from "../../state/selection.svelte";
import { menu } from "./menu.svelte";

const STEPS: Record<string, Step> = { ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" };

/** The name of a key with what is held down, such as "Ctrl+Enter"; letters in upper case. */
export function chord(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const held = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : ""].filter(Boolean);
  const shift = event.shiftKey && event.key.length > 1 ? ["Shift"] : [];
  return [...held, ...shift, key === " " ? "Space" : key].join("+");
}

function buttons(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>("button")].filter((button) => button.offsetParent !== null);
}

/** Moves among a row and its buttons; says whether it moved. */
function sideways(row: HTMLElement, by: 1 | -1): void {
  const stops = [row, ...buttons(row)];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[Math.max(0, Math.min(at + by, stops.length - 1))]?.focus();
}

/** What the keys of the list do; says whether the key was one of them. */
export function listKey(session: Session, event: KeyboardEvent): boolean {
  const row = (event.target as HTMLElement).closest<HTMLElement>("[data-account-id]");
  const account = session.selection.active;
  if (!row || !account) return false;
  const key = chord(event);
  const isRow = event.target === row;
  const step = STEPS[key];
  if (step) session.selection.move(step);
  else if (key === "ArrowRight") sideways(row, document.dir === "rtl" ? -1 : 1);
  else if (key === "ArrowLeft") sideways(row, document.dir === "rtl" ? 1 : -1);
  else if (key === "Enter" && isRow) void copyOffered(session, account);
  else if (key === "ContextMenu" || key === "Shift+F10") menu.openUnder(account, row);
  else if (key === "Alt+ArrowUp") void moved(session, -1);
  else if (key === "Alt+ArrowDown") void moved(session, 1);
  else return rowAction(session, account, key, event);
  event.preventDefault();
  return true;
}

/** Space on one of the row's buttons presses the button. */
function rowAction(session: Session, account: AccountView, key: string, event: KeyboardEvent): boolean {
  const isButton = event.target !== (event.target as HTMLElement).closest("[data-account-id]");
  const action = isButton && key === "Space" ? undefined : ROW_ACTIONS.find(({ keys }) => keys === key);
  if (!action || (action.id === "copy-next" && account.type === "hotp")) return false;
  action.run(session, account);
  event.preventDefault();
  return true;
}

async function moved(session: Session, by: 1 | -1): Promise<void> {
  const account = session.selection.active;
  if (!account) return;
  await session.attempt(() => session.accounts.move(account.id, by));
  session.selection.focus(account.id);
}
