import { chord } from "../account/keys";
import { lock, undoRemoval } from "../../state/actions";
import type { Session } from "../../state/session.svelte";
import { search } from "./search.svelte";
import { VIEWS } from "./views";

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;

/** Whether a sheet, a dialog or a menu stands over the view and has the keys. */
const isCovered = (): boolean =>
  document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

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

function openSearch(session: Session): void {
  session.view = "accounts";
  // The field is drawn with the view.
  requestAnimationFrame(() => search.focus());
}

function addKey(session: Session, key: string, event: KeyboardEvent): boolean {
  if (key === "Ctrl+N" && !isCovered()) session.preview.open();
  else if (key === "Ctrl+V" && !isField(event.target) && (!isCovered() || session.preview.isOpen)) {
    void session.preview.addClipboard();
  } else return false;
  return true;
}

function openKey(session: Session, key: string, event: KeyboardEvent): boolean {
  const view = VIEWS[Number(/^Ctrl\+(\d)$/.exec(key)?.[1] ?? NaN) - 1];
  const isSearching = event.target === search.input;
  if (view) session.view = view.name;
  else if (key === "Ctrl+,") session.view = "settings";
  else if (key === "Ctrl+F" || (key === "/" && !isField(event.target))) openSearch(session);
  else if (key === "Ctrl+Z" && (!isField(event.target) || (isSearching && session.accounts.query === ""))) {
    void undoRemoval(session);
  } else if (key === "Escape") {
    if (!back(session) && isSearching) search.input?.blur();
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
  if (event.defaultPrevented || event.isComposing || !session.takesAccounts) return;
  const key = chord(event);
  const isUnlocked = session.stage.current.stage === "open";
  const isOpen = isUnlocked && !isCovered();
  if (isUnlocked && key === "Ctrl+L") {
    void lock(session);
    event.preventDefault();
  } else if (addKey(session, key, event) || (isOpen && openKey(session, key, event))) event.preventDefault();
  else if (isOpen) startSearch(session, event);
}
