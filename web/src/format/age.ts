import { count, type Formats } from "./format";

const DAY = 86_400_000;
const DAYS_A_MONTH = 30.4375;

/** The day that a moment is in a time zone: `2026-11-28` in New York while London has the 29th. */
export function dayIn(timeZone: string, moment = new Date()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(moment);
}

/** How many days lie between two dates; negative where the second comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** How many whole months lie between two dates: `2025-12-11` and `2026-11-29` are 11 apart. */
export function monthsBetween(from: string, to: string): number {
  const [first, last] = [from, to].map((day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)));
  return (last ?? 0) - (first ?? 0) - (to.slice(8, 10) < from.slice(8, 10) ? 1 : 0);
}

/** A span of time in the words people use for it: `12 days`, `11 months`, `7 years 5 months`. */
export function spanWords(from: string, to: string): string {
  const months = monthsBetween(from, to);
  if (months < 2) return plural(daysBetween(from, to), "day");
  if (months < 12) return plural(months, "month");
  const [years, rest] = [Math.floor(months / 12), months % 12];
  return rest === 0 ? plural(years, "year") : `${plural(years, "year")} ${plural(rest, "month")}`;
}

/** How far a date is from today: `in 23.9 years`, `in 14 months`, `in 12 days`, `today`, `12 days ago`. */
export function distanceWords(days: number, formats: Formats): string {
  if (days === 0) return "today";
  const far = Math.abs(days);
  const words =
    far < 61
      ? plural(far, "day")
      : far < 730
        ? plural(Math.round(far / DAYS_A_MONTH), "month")
        : `${count(far / (12 * DAYS_A_MONTH), formats, 1, 1)} years`;
  return days > 0 ? `in ${words}` : `${words} ago`;
}

const plural = (many: number, one: string): string => `${many} ${one}${many === 1 ? "" : "s"}`;
