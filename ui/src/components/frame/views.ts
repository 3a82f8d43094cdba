import Archive from "@lucide/svelte/icons/archive";
import Cloud from "@lucide/svelte/icons/cloud";
import KeySquare from "@lucide/svelte/icons/key-square";
import SettingsIcon from "@lucide/svelte/icons/settings";
import type { Component } from "svelte";
import { m } from "../../paraglide/messages.js";
import type { ViewName } from "../../state/session.svelte";

export type ViewEntry = { name: ViewName; icon: Component; label: () => string };

/** The views of the sidebar and the bottom bar, in their order; Ctrl+1 opens the first. */
export const VIEWS: readonly ViewEntry[] = [
  { name: "accounts", icon: KeySquare, label: m.view_accounts },
  { name: "aws", icon: Cloud, label: m.view_aws },
  { name: "backups", icon: Archive, label: m.view_backups },
  { name: "settings", icon: SettingsIcon, label: m.view_settings },
];

/** The entry a view belongs to. */
export function entryOf(view: ViewName): ViewName {
  return view === "trash" ? "settings" : view;
}
