import CornerDownLeft from "@lucide/svelte/icons/corner-down-left";
import Eye from "@lucide/svelte/icons/eye";
import Pencil from "@lucide/svelte/icons/pencil";
import Pin from "@lucide/svelte/icons/pin";
import Tag from "@lucide/svelte/icons/tag";
import Trash2 from "@lucide/svelte/icons/trash-2";
import type { Component } from "svelte";

import { editing } from "./editing.svelte";
import { heading } from "./label";
import type { AccountView } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import { copy, remove, togglePin, toggleReveal } from "./actions";
import type { Action } from "./registry";
import type { Session } from "./session.svelte";

/** What can be done with one row of the list. */
type RowAction = {
  id: string;
  icon: Component;
  keys: string;
  /** What it is called where no account is named. */
  named: () => string;
  label: (name: string, account: AccountView, session: Session) => string;
  isOffered?: (account: AccountView, session: Session) => boolean;
  run: (session: Session, account: AccountView) => void;
};

const isTimed = ({ type }: AccountView): boolean => type !== "hotp";

export const ROW_ACTIONS: readonly RowAction[] = [
  {
    id: "copy-next",
    icon: CornerDownLeft,
    keys: "Ctrl+Enter",
    named: m.action_copy_next,
    label: (name) => m.act_copy_next({ name }),
    isOffered: isTimed,
    run: (session, account) => void copy(session, account, "next"),
  },
  {
    id: "reveal",
    icon: Eye,
    keys: "Space",
    named: m.keys_reveal,
    label: (name, { id }, { codes }) =>
      codes.isRevealed(id) ? m.act_conceal({ name }) : m.act_reveal({ name }),
    isOffered: (account, { settings }) => isTimed(account) && settings.current.hide_codes,
    run: toggleReveal,
  },
  {
    id: "edit",
    icon: Pencil,
    keys: "F2",
    named: m.action_edit,
    label: (name) => m.act_edit({ name }),
    run: (_, account) => editing.open(account, "issuer"),
  },
  {
    id: "tags",
    icon: Tag,
    keys: "Ctrl+T",
    named: m.action_tags,
    label: (name) => m.act_tags({ name }),
    run: (_, account) => editing.open(account, "tags"),
  },
  {
    id: "pin",
    icon: Pin,
    keys: "Ctrl+P",
    named: m.action_pin,
    label: (name, { pinned }) => (pinned ? m.act_unpin({ name }) : m.act_pin({ name })),
    run: (session, account) => void togglePin(session, account),
  },
  {
    id: "remove",
    icon: Trash2,
    keys: "Delete",
    named: m.action_remove,
    label: (name) => m.act_remove({ name }),
    run: (session, account) => void remove(session, account),
  },
];

/** What can be done with the account that the keyboard is on. */
export function accountActions(session: Session): Action[] {
  const account = session.view === "accounts" ? session.selection.active : undefined;
  if (!account) return [];
  return ROW_ACTIONS.filter(({ isOffered }) => isOffered?.(account, session) ?? true).map(
    ({ id, icon, keys, label, run }): Action => ({
      id,
      group: "do",
      icon,
      label: label(heading(account), account, session),
      keys: [keys],
      where: "list",
      run: () => run(session, account),
    }),
  );
}
