import { dayName, written } from "../../state/dates";

/** `today, 14:20`, `yesterday, 09:12`, `28 Feb, 10:03`; with the year where it is another one. Seconds since 1970. */
export function when(seconds: number, now: Date = new Date()): string {
  return `${dayName(seconds, now)}, ${written("time", seconds)}`;
}

/** The day alone. */
export function on(seconds: number): string {
  return written("date", seconds);
}
