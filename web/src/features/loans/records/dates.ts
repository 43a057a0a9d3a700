const DAY = 86_400_000;

/** The business date where nobody says another: the day in UTC, as the server takes it. */
export function businessDate(): string {
  return new Date().toISOString().slice(0, 10);
}

/** How many days lie between two dates; negative where the second comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** How far a date is from today: `in 1,512 days`, `today`, `12 days ago`. */
export function distanceWords(days: number, locale: string): string {
  return new Intl.RelativeTimeFormat(locale, { numeric: days === 0 ? "auto" : "always" }).format(days, "day");
}
