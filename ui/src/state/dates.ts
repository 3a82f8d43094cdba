import { getLocale } from "../paraglide/runtime.js";

const STYLES = {
  /** `28 Feb` */
  day: { day: "numeric", month: "short" },
  /** `28 Feb 2026` */
  date: { dateStyle: "medium" },
  /** `14:20` */
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  /** `14:20:30` */
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment as the language of the window writes it. Seconds since 1970. */
export function written(style: keyof typeof STYLES, seconds: number): string {
  const locale = getLocale();
  const key = `${locale} ${style}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, STYLES[style]);
  formats.set(key, format);
  return format.format(seconds * 1000);
}

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** When the day of this moment begins, in milliseconds. */
export const dayOf = (seconds: number): number => startOfDay(new Date(seconds * 1000));

/** `today`, `yesterday`, `28 Feb`; with the year where it is another one. */
export function dayName(seconds: number, now: Date): string {
  const date = new Date(seconds * 1000);
  const days = Math.round((dayOf(seconds) - startOfDay(now)) / 86_400_000);
  if (days === 0 || days === -1) {
    return new Intl.RelativeTimeFormat(getLocale(), { numeric: "auto" }).format(days, "day");
  }
  return written(date.getFullYear() === now.getFullYear() ? "day" : "date", seconds);
}

export function capital(text: string): string {
  const [first = ""] = text;
  return first.toLocaleUpperCase(getLocale()) + text.slice(first.length);
}
