import Archive from "@lucide/svelte/icons/archive";
import ClipboardPaste from "@lucide/svelte/icons/clipboard-paste";
import Eye from "@lucide/svelte/icons/eye";
import EyeOff from "@lucide/svelte/icons/eye-off";
import FileDown from "@lucide/svelte/icons/file-down";
import Images from "@lucide/svelte/icons/images";
import Keyboard from "@lucide/svelte/icons/keyboard";
import Lock from "@lucide/svelte/icons/lock";
import Monitor from "@lucide/svelte/icons/monitor";
import Moon from "@lucide/svelte/icons/moon";
import Plus from "@lucide/svelte/icons/plus";
import Printer from "@lucide/svelte/icons/printer";
import Search from "@lucide/svelte/icons/search";
import Sun from "@lucide/svelte/icons/sun";
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Undo2 from "@lucide/svelte/icons/undo-2";
import Upload from "@lucide/svelte/icons/upload";

import { search } from "./search.svelte";
import { VIEWS } from "./views";
import type { Settings } from "../ipc/bindings";
import { m } from "../paraglide/messages.js";
import { lock, undoRemoval } from "./actions";
import type { Action } from "./registry";
import type { Session } from "./session.svelte";

/** What can be done whichever view is open. */
export function appActions(session: Session): Action[] {
  return [
    ...adding(session),
    ...guarding(session),
    ...backingUp(session),
    ...finding(session),
    ...looks(session),
    ...going(session),
  ];
}

function adding(session: Session): Action[] {
  return [
    {
      id: "add",
      group: "do",
      icon: Plus,
      label: m.action_add_account(),
      keys: ["Ctrl+N"],
      run: () => session.preview.open(),
    },
    {
      id: "paste",
      group: "do",
      icon: ClipboardPaste,
      label: m.keys_paste(),
      keys: ["Ctrl+V"],
      run: () => void session.preview.addClipboard(),
    },
    {
      id: "choose-files",
      group: "do",
      icon: Images,
      label: m.act_choose_files(),
      run: () => void session.attempt(() => session.chooseFiles()),
    },
  ];
}

function guarding(session: Session): Action[] {
  return [
    {
      id: "lock",
      group: "do",
      icon: Lock,
      label: m.action_lock(),
      keys: ["Ctrl+L"],
      run: () => void lock(session),
    },
    {
      id: "undo-removal",
      group: "do",
      icon: Undo2,
      label: m.keys_undo(),
      keys: ["Ctrl+Z"],
      run: () => void undoRemoval(session),
    },
  ];
}

function backingUp(session: Session): Action[] {
  const { backups } = session;
  return [
    {
      id: "back-up",
      group: "do",
      icon: Archive,
      label: m.backup_now(),
      run: () => {
        session.view = "backups";
        void session.attempt(() => backups.backUpNow());
      },
    },
    {
      id: "make-kit",
      group: "do",
      icon: Printer,
      label: m.protect_kit(),
      run: () => {
        session.view = "backups";
        backups.isMakingKit = true;
      },
    },
    {
      id: "open-backup",
      group: "do",
      icon: Upload,
      label: m.backup_open(),
      run: () => void session.attempt(() => backups.chooseFile()),
    },
    {
      id: "export",
      group: "do",
      icon: FileDown,
      label: m.export_title(),
      run: () => (backups.isExporting = true),
    },
  ];
}

/** The search field is drawn with its view. */
export function openSearch(session: Session): void {
  session.view = "accounts";
  requestAnimationFrame(() => search.focus());
}

function finding(session: Session): Action[] {
  return [
    {
      id: "palette",
      group: "do",
      icon: SquareTerminal,
      label: m.keys_palette(),
      keys: ["Ctrl+K"],
      run: () => session.palette.open(),
    },
    {
      id: "search",
      group: "do",
      icon: Search,
      label: m.search_label(),
      named: m.keys_search(),
      keys: ["/", "Ctrl+F"],
      run: () => openSearch(session),
    },
    {
      id: "keys",
      group: "do",
      icon: Keyboard,
      label: m.keys_title(),
      named: m.keys_help(),
      keys: ["F1", "?"],
      run: () => (session.isShowingKeys = true),
    },
  ];
}

function looks(session: Session): Action[] {
  const { hide_codes, theme } = session.settings.current;
  const change = (part: Partial<Settings>) => () => void session.attempt(() => session.settings.change(part));
  const themes = [
    { theme: "light", icon: Sun, label: m.act_theme_light() },
    { theme: "dark", icon: Moon, label: m.act_theme_dark() },
    { theme: "system", icon: Monitor, label: m.act_theme_system() },
  ] as const;
  return [
    {
      id: "hide-codes",
      group: "do",
      icon: hide_codes ? Eye : EyeOff,
      label: hide_codes ? m.act_show_codes() : m.act_hide_codes(),
      run: change({ hide_codes: !hide_codes }),
    },
    ...themes
      .filter((one) => one.theme !== theme)
      .map((one): Action => ({
        id: `theme-${one.theme}`,
        group: "do",
        icon: one.icon,
        label: one.label,
        run: change({ theme: one.theme }),
      })),
  ];
}

function going(session: Session): Action[] {
  const views = VIEWS.map(({ name, icon, label }, index): Action => ({
    id: `view-${name}`,
    group: "go",
    icon,
    label: label(),
    keys: [`Ctrl+${index + 1}`, ...(name === "settings" ? ["Ctrl+,"] : [])],
    run: () => (session.view = name),
  }));
  return [
    ...views,
    {
      id: "view-trash",
      group: "go",
      icon: Trash2,
      label: m.view_trash(),
      run: () => (session.view = "trash"),
    },
  ];
}
