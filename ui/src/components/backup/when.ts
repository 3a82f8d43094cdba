const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** `today, 14:20`, `yesterday, 09:12`, `28 Feb, 10:03`; with the year where it is another one. Seconds since 1970. */
export function when(seconds: number, now: Date = new Date()): string {
  const date = new Date(seconds * 1000);
  const days = Math.round((startOfDay(date) - startOfDay(now)) / 86_400_000);
  const isNear = days === 0 || days === -1;
  const name = isNear
    ? relative.format(days, "day")
    : (date.getFullYear() === now.getFullYear() ? day : year).format(date);
  return `${name}, ${time.format(date)}`;
}

/** The day alone. */
export function on(seconds: number): string {
  return year.format(new Date(seconds * 1000));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
