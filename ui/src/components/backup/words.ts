import type {
  BackupChange,
  DamagedEntryView,
  ExportGap,
  GuessTime,
  NotExported,
  PassphraseAdvice,
  RestoreConflict,
  RestoreDifference,
  Several,
} from "../../ipc/bindings";
import { m } from "../../paraglide/messages.js";
import { getLocale } from "../../paraglide/runtime.js";

const several = ({ count, labels }: Several): string => labels.join(", ") || m.backup_row_accounts({ count });

function change(one: BackupChange): string {
  switch (one.kind) {
    case "added":
      return m.backup_added({ what: several(one) });
    case "changed":
      return m.backup_changed({ what: several(one) });
    case "deleted":
      return m.backup_deleted({ what: several(one) });
    case "order":
      return m.backup_order();
    case "unreadable":
      return m.backup_unreadable({ label: one.label });
    case "damaged-row":
      return m.backup_row_damaged();
  }
}

/** What changed from one backup to the next, in one line. */
export const changed = (changes: BackupChange[]): string => changes.map(change).join(" · ");

const DIFFERENCES: Record<Exclude<RestoreDifference["kind"], "name" | "counter">, () => string> = {
  codes: m.restore_differs_codes,
  tags: m.restore_differs_tags,
  note: m.restore_differs_note,
  "pinned-there": m.restore_differs_pinned_there,
  "pinned-here": m.restore_differs_pinned_here,
  serial: m.restore_differs_serial,
  "trashed-here": m.restore_differs_trashed_here,
  "trashed-there": m.restore_differs_trashed_there,
};

function difference(one: RestoreDifference): string {
  if (one.kind === "name") return m.restore_differs_name({ name: one.there });
  if (one.kind === "counter") return m.restore_differs_counter({ there: one.there, here: one.here });
  return DIFFERENCES[one.kind]();
}

/** What differs between an account here and in a backup. */
export const differing = (differences: RestoreDifference[]): string => differences.map(difference).join(" ");

const CONFLICTS: Record<RestoreConflict, () => string> = {
  "set-up-anew": m.restore_conflict_anew,
  "same-name": m.restore_conflict_name,
};

export const conflict = (why: RestoreConflict): string => CONFLICTS[why]();

export const damagedRows = (rows: DamagedEntryView[]): string =>
  rows.map(({ place, reason }) => m.restore_damaged_row({ place, reason })).join(" · ");

/** How long guessing takes. */
export function guessTime(time: GuessTime): string {
  if (time.kind === "instant") return m.create_at_once();
  if (time.kind === "centuries") return m.create_centuries();
  return new Intl.NumberFormat(getLocale(), { style: "unit", unit: time.unit, unitDisplay: "long" }).format(
    time.count,
  );
}

const ADVICE: Record<PassphraseAdvice, () => string> = {
  "few-words": m.advice_few_words,
  "no-symbols-needed": m.advice_no_symbols_needed,
  "another-word": m.advice_another_word,
  capitals: m.advice_capitals,
  "all-capitals": m.advice_all_capitals,
  reversed: m.advice_reversed,
  substitutions: m.advice_substitutions,
  "longer-pattern": m.advice_longer_pattern,
  "no-repeats": m.advice_no_repeats,
  "no-sequences": m.advice_no_sequences,
  "no-recent-years": m.advice_no_recent_years,
  "no-own-years": m.advice_no_own_years,
  "no-own-dates": m.advice_no_own_dates,
};

export const advised = (advice: PassphraseAdvice[]): string => advice.map((one) => ADVICE[one]()).join(" ");

function gap(one: ExportGap): string {
  if (one.kind === "counter") return m.export_gap_counter({ counter: one.counter });
  return one.kind === "unreadable" ? m.export_gap_unreadable() : m.export_gap_format();
}

/** An account that is not in the file, and why. */
export const leftOut = (one: NotExported): string => `${one.label}: ${gap(one.gap)}`;
