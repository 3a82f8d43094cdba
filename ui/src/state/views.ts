import Archive from "@lucide/svelte/icons/archive";
import Cloud from "@lucide/svelte/icons/cloud";
import History from "@lucide/svelte/icons/history";
import KeySquare from "@lucide/svelte/icons/key-square";
import SettingsIcon from "@lucide/svelte/icons/settings";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import { m } from "../paraglide/messages.js";
import type { ViewName } from "./session.svelte";

export type ViewEntry = { name: ViewName; icon: Component; label: () => string };

/** The views of the sidebar and the bottom bar, in their order; Ctrl+1 opens the first. */
export const VIEWS: readonly ViewEntry[] = [
  { name: "accounts", icon: KeySquare, label: m.view_accounts },
  { name: "aws", icon: Cloud, label: m.view_aws },
  { name: "fleet", icon: Users, label: m.view_fleet },
  { name: "backups", icon: Archive, label: m.view_backups },
  { name: "activity", icon: History, label: m.view_activity },
  { name: "settings", icon: SettingsIcon, label: m.view_settings },
];

/** The entry a view belongs to. */
export function entryOf(view: ViewName): ViewName {
  return view === "trash" ? "settings" : view;
}
