import CircleAlert from "@lucide/svelte/icons/circle-alert";
import ClipboardCheck from "@lucide/svelte/icons/clipboard-check";
import Pin from "@lucide/svelte/icons/pin";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Undo2 from "@lucide/svelte/icons/undo-2";
import CircleCheck from "@lucide/svelte/icons/circle-check";

import { heading } from "./label";
import { commands, type AccountView, type DeviceDeed, type Which } from "../ipc/bindings";
import { call } from "../ipc/call";
import { m } from "../paraglide/messages.js";
import { bold } from "./rich";
import type { Session } from "./session.svelte";

/** Copies the code on offer: the live one, or the next where the live one was used. */
export async function copyOffered(session: Session, account: AccountView): Promise<void> {
  const code = session.codes.of(account.id);
  if (account.type === "hotp" && !code && !(await newCode(session, account))) return;
  await copy(session, account, code?.used && code.next ? "next" : "current");
}

/** Copies a code and says so; the device clears the clipboard again. */
export async function copy(session: Session, account: AccountView, which: Which): Promise<void> {
  await session.attempt(async () => {
    const { clears_after } = await call(commands.copyCode(account.id, which));
    const words = { name: bold(heading(account)), seconds: clears_after };
    session.say(ClipboardCheck, which === "next" ? m.toast_copied_next(words) : m.toast_copied(words));
    await session.codes.refresh(account.id);
  });
}

/** Moves the counter of an HOTP account and shows its code. */
export function newCode(session: Session, account: AccountView): Promise<boolean> {
  return session.attempt(() => session.codes.nextHotp(account.id));
}

/** Shows a hidden code for ten seconds, or hides it again. */
export function toggleReveal(session: Session, { id }: AccountView): void {
  if (!session.settings.current.hide_codes) return;
  if (session.codes.isRevealed(id)) session.codes.conceal(id);
  else session.codes.reveal(id);
}

export async function togglePin(session: Session, account: AccountView): Promise<void> {
  const done = await session.attempt(() => session.accounts.togglePin(account));
  const name = bold(heading(account));
  if (done) session.say(Pin, account.pinned ? m.toast_unpinned({ name }) : m.toast_pinned({ name }));
}

/** Moves an account to the trash at once; it can be brought back. */
export async function remove(session: Session, account: AccountView): Promise<void> {
  const done = await session.attempt(() => session.accounts.remove(account.id));
  if (!done) return;
  const { active } = session.selection;
  if (active) session.selection.focus(active.id);
  session.say(Trash2, m.toast_removed({ name: bold(heading(account)) }), {
    label: m.action_undo(),
    run: () => void undoRemoval(session),
  });
}

export async function undoRemoval(session: Session): Promise<void> {
  await session.attempt(async () => {
    const account = await session.accounts.undoRemoval();
    if (!account) return;
    session.say(Undo2, m.toast_restored({ name: bold(heading(account)) }));
    session.selection.focus(account.id);
  });
}

export async function restore(session: Session, account: AccountView): Promise<void> {
  const done = await session.attempt(() => session.accounts.restore(account.id));
  if (done) session.say(Undo2, m.toast_restored({ name: bold(heading(account)) }));
}

/** Stores what was chosen in the add sheet and shows the first of it. */
export async function keep(session: Session): Promise<void> {
  const added = await session.preview.keep();
  if (added.length > 0) session.say(CircleCheck, m.toast_kept({ count: added.length }));
  else if (!session.preview.isOpen) session.say(CircleAlert, m.toast_kept_none());
  await session.attempt(() => session.refresh());
  const first = added.find(({ id }) => id !== null)?.id;
  if (first) session.selection.focus(first);
}

export async function lock(session: Session): Promise<void> {
  await session.attempt(() => session.advance(() => session.stage.lock()));
}

/** Deletes an account in the trash for good; its seed is erased. */
export async function purge(session: Session, account: AccountView): Promise<void> {
  const done = await session.attempt(() => session.accounts.purge(account.id));
  if (done) session.say(Trash2, m.toast_purged({ name: bold(heading(account)) }));
}

/** Goes to the AWS view to do this to the device of this serial number. */
export function inAws(session: Session, { serial }: { serial: string | null }, deed: DeviceDeed): void {
  if (serial === null) return;
  session.awsTabs.wanted = { serial, deed };
  session.awsTabs.current = "devices";
  session.view = "aws";
}
