import { chord } from "../account/keys";
import { lock } from "../../state/actions";
import { actionOfKeys } from "../../state/registry";
import type { Session } from "../../state/session.svelte";
import { search } from "../../state/search.svelte";
import { standsOver } from "./standing";

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;

/** Whether a sheet, a dialog or a menu stands over the view and has the keys. The first sheet of a start is loaded before
 * it is drawn: what is typed meanwhile is not for the view. */
const isCovered = (session: Session): boolean =>
  standsOver(session) ||
  document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], .menu[role="listbox"]') !==
    null;

/** One step back: out of the search, then out of a view. */
function back(session: Session): boolean {
  if (session.accounts.query !== "") {
    session.accounts.query = "";
    session.selection.reset();
  } else if (session.view === "trash") session.view = "settings";
  else if (session.view !== "accounts") session.view = "accounts";
  else return false;
  return true;
}

function addKey(session: Session, key: string, event: KeyboardEvent): boolean {
  if (key === "Ctrl+N" && !isCovered(session)) session.preview.open();
  else if (key === "Ctrl+V" && !isField(event.target) && (!isCovered(session) || session.preview.isOpen)) {
    void session.preview.addClipboard();
  } else return false;
  return true;
}

/** Whether a field needs this key for itself: a character, pasting, or taking back what was typed in it. */
function isTyped(session: Session, key: string, { target }: KeyboardEvent): boolean {
  if (!isField(target)) return false;
  const isEmptySearch = target === search.input && session.accounts.query === "";
  return key.length === 1 || key === "Ctrl+V" || (key === "Ctrl+Z" && !isEmptySearch);
}

function openKey(session: Session, key: string, event: KeyboardEvent): boolean {
  const action = isTyped(session, key, event) ? undefined : actionOfKeys(session, key);
  if (action) action.run();
  else if (key === "Escape") {
    if (!back(session) && event.target === search.input) search.input?.blur();
  } else return false;
  return true;
}

/** Typing anywhere starts the search: the field takes the focus, and with it the character. */
function startSearch(session: Session, event: KeyboardEvent): void {
  const isCharacter =
    event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isCharacter && !isField(event.target) && session.view === "accounts") search.input?.focus();
}

/** The keys that work anywhere in the window. */
export function windowKey(session: Session, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = chord(event);
  // Nothing stands over the question for the passphrase.
  if (key === "F1" && !isCovered(session) && session.stage.current.stage !== "locked") {
    session.isShowingKeys = true;
    event.preventDefault();
  } else if (session.takesAccounts) sessionKey(session, key, event);
}

function sessionKey(session: Session, key: string, event: KeyboardEvent): void {
  const isUnlocked = session.stage.current.stage === "open";
  const isOpen = isUnlocked && !isCovered(session);
  if (isUnlocked && key === "Ctrl+L") {
    void lock(session);
    event.preventDefault();
  } else if (addKey(session, key, event) || (isOpen && openKey(session, key, event))) event.preventDefault();
  else if (isOpen) startSearch(session, event);
}
