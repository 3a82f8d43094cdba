import type { Component } from "svelte";

import { accountActions } from "./accountActions";
import { activityActions } from "./activityActions";
import { appActions } from "./appActions";
import { awsActions } from "./awsActions";
import { fleetActions } from "./fleetActions";
import type { Session } from "./session.svelte";

/** Where the palette lists an action. */
export type ActionGroup = "do" | "go";

/** Something a person can have done: a row of the palette and, where it has keys, of the sheet of keys. */
export type Action = {
  id: string;
  group: ActionGroup;
  icon: Component;
  label: string;
  /** What it is called on the sheet of keys, where that differs. */
  named?: string;
  /** As `chord` names them, such as "Ctrl+K"; the first is shown in the palette. */
  keys?: readonly string[];
  /** Keys of the list work on the row that has the focus. */
  where?: "anywhere" | "list";
  run: () => void;
};

/** What can be done as things stand now. Read anew each time, so that it follows the session. */
export type ActionSource = (session: Session) => Action[];

/** Every view adds its own. */
const SOURCES: readonly ActionSource[] = [
  accountActions,
  appActions,
  awsActions,
  fleetActions,
  activityActions,
];

export function actionsOf(session: Session): Action[] {
  return SOURCES.flatMap((source) => source(session));
}

/** A line of the sheet of keys. */
export type KeyRow = { name: string; keys: readonly string[] };

/** What has keys wherever one is. */
export function keyRows(session: Session): KeyRow[] {
  return actionsOf(session)
    .filter(({ keys, where }) => keys && where !== "list")
    .map(({ label, named, keys }) => ({ name: named ?? label, keys: keys ?? [] }));
}

/** The action that these keys stand for anywhere in the window. */
export function actionOfKeys(session: Session, keys: string): Action | undefined {
  return actionsOf(session).find((action) => action.where !== "list" && action.keys?.includes(keys));
}
