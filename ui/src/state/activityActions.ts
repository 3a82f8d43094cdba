import CircleCheck from "@lucide/svelte/icons/circle-check";
import FileDown from "@lucide/svelte/icons/file-down";

import type { ActivityFormat } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import type { Action } from "./registry";
import type { Session } from "./session.svelte";

/** The log of activity as a file. */
export function activityActions(session: Session): Action[] {
  const formats = [
    { format: "csv", label: m.act_activity_csv() },
    { format: "json-lines", label: m.act_activity_lines() },
  ] as const;
  return formats.map(({ format, label }) => ({
    id: `activity-${format}`,
    group: "do",
    icon: FileDown,
    label,
    run: () => void session.attempt(() => exportActivity(session, format)),
  }));
}

/** Lets the person name a file for the list, and says where it is. */
export async function exportActivity(session: Session, format: ActivityFormat): Promise<void> {
  const made = await session.activity.export(format);
  if (made) session.say(CircleCheck, m.activity_export_done({ count: made.rows, path: made.path }));
}
