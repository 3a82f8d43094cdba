import Archive from "@lucide/svelte/icons/archive";
import ArchiveRestore from "@lucide/svelte/icons/archive-restore";
import CircleSlash from "@lucide/svelte/icons/circle-slash";
import Copy from "@lucide/svelte/icons/copy";
import Eye from "@lucide/svelte/icons/eye";
import FileDown from "@lucide/svelte/icons/file-down";
import FileKey from "@lucide/svelte/icons/file-key";
import Lock from "@lucide/svelte/icons/lock";
import LockOpen from "@lucide/svelte/icons/lock-open";
import Pencil from "@lucide/svelte/icons/pencil";
import Plus from "@lucide/svelte/icons/plus";
import QrCode from "@lucide/svelte/icons/qr-code";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import ShieldOff from "@lucide/svelte/icons/shield-off";
import Tag from "@lucide/svelte/icons/tag";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Undo2 from "@lucide/svelte/icons/undo-2";
import type { Component } from "svelte";

import type { ActivityRow, Deed } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import { isolated, segments, strong } from "./rich";

type Here = Extract<ActivityRow, { kind: "here" }>;
type Aws = Extract<ActivityRow, { kind: "aws" }>;

const ICONS: Record<Deed, Component> = {
  added: Plus,
  edited: Pencil,
  removed: Trash2,
  restored: Undo2,
  purged: Trash2,
  "code-taken": Copy,
  "counter-moved": RefreshCw,
  "code-shown": Eye,
  "qr-shown": QrCode,
  exported: FileDown,
  "backed-up": Archive,
  "backup-written": Archive,
  "kit-made": FileKey,
  "backup-restored": ArchiveRestore,
  unlocked: LockOpen,
  locked: Lock,
};

type Words = (row: Here, name: string, count: number) => string;

const added: Words = ({ count }, name) =>
  count === null ? m.event_added({ ...strong, name }) : m.event_added_many({ ...strong, count });

const SENTENCES: Record<Deed, Words> = {
  added,
  edited: (_, name) => m.event_edited({ ...strong, name }),
  removed: (_, name) => m.event_removed({ ...strong, name }),
  restored: (_, name) => m.event_restored({ ...strong, name }),
  purged: (_, name) => m.event_purged({ ...strong, name }),
  "code-taken": ({ via }, name) =>
    via !== "command-line" ? m.event_copied({ ...strong, name }) : m.event_code_taken({ ...strong, name }),
  "counter-moved": (_, name) => m.event_counter_moved({ ...strong, name }),
  "code-shown": (_, name) => m.event_code_shown({ ...strong, name }),
  "qr-shown": (_, name) => m.event_qr_shown({ ...strong, name }),
  exported: (_, __, count) => m.event_exported({ ...strong, count }),
  "backed-up": (_, __, count) => m.event_backed_up({ ...strong, count }),
  "backup-written": (_, __, count) => m.event_backup_written({ ...strong, count }),
  "kit-made": () => m.event_kit_made(strong),
  "backup-restored": (_, __, count) => m.event_backup_restored({ ...strong, count }),
  unlocked: () => m.event_unlocked(strong),
  locked: () => m.event_locked(strong),
};

type Change = { icon: Component; words: (device: string, user: string) => string };

const CHANGES: Record<string, Change> = {
  CreateVirtualMFADevice: { icon: Plus, words: (device) => m.event_aws_created({ ...strong, device }) },
  EnableMFADevice: {
    icon: ShieldCheck,
    words: (device, user) => m.event_aws_enabled({ ...strong, device, user }),
  },
  DeactivateMFADevice: {
    icon: ShieldOff,
    words: (device, user) => m.event_aws_deactivated({ ...strong, device, user }),
  },
  DeleteVirtualMFADevice: { icon: Trash2, words: (device) => m.event_aws_deleted({ ...strong, device }) },
  ResyncMFADevice: {
    icon: RotateCw,
    words: (device, user) => m.event_aws_resynced({ ...strong, device, user }),
  },
  TagMFADevice: { icon: Tag, words: (device) => m.event_aws_tagged({ ...strong, device }) },
  UntagMFADevice: { icon: Tag, words: (device) => m.event_aws_tagged({ ...strong, device }) },
};

/** What stands at the end of a serial number. */
const deviceName = (device: string): string => device.split("/").at(-1) ?? device;

/** What happened, as a sentence with its verb marked for `RichText`. */
export function sentence(row: ActivityRow): string {
  if (row.kind === "here") {
    return SENTENCES[row.deed](row, isolated(row.name ?? m.event_gone()), row.count ?? 0);
  }
  const device = isolated(deviceName(row.device));
  const change = CHANGES[row.operation];
  if (!change) return m.event_aws_other({ ...strong, operation: row.operation, device });
  return change.words(device, isolated(row.user ?? ""));
}

export function iconOf(row: ActivityRow): Component {
  if (row.kind === "here") return ICONS[row.deed];
  return row.outcome === "done" ? (CHANGES[row.operation]?.icon ?? ShieldCheck) : CircleSlash;
}

export function via(row: ActivityRow): string {
  if (row.kind === "aws") return m.event_via_aws();
  const words = {
    window: m.event_via_window,
    tray: m.event_via_tray,
    "command-line": m.event_via_command_line,
  };
  return words[row.via]();
}

/** Everything of a row that a person may look for: what is read in it, and what an export has beside that. */
export function searched(row: ActivityRow): string {
  const words = segments(sentence(row)).map(({ text }) => text.replace(/[\u2068\u2069]/g, ""));
  const rest = row.kind === "aws" ? [row.operation, row.device, row.by, row.reason ?? "", outcome(row)] : [];
  return [words.join(""), via(row), ...rest].join(" ");
}

/** How a change in AWS ended, where it was not done. */
export function outcome({ outcome }: Aws): string {
  if (outcome === "done") return "";
  return outcome === "refused" ? m.event_refused() : m.event_unknown();
}
