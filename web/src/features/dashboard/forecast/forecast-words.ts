import { count, type Formats, money, month, sentence } from "@/format/format";

import type { Forecast, Horizon, MonthOfLoans } from "./api/forecast";

/** How many months may be asked for; the first is the usual number, which no address names. */
export const MONTHS = [24, 12, 60] as const;

const FLAT = "flat";
const MOST_SHIFT = 1000;

/** Read how far a forecast looks from an address; what the server would refuse is left out. */
export function horizonFrom(search: URLSearchParams): Horizon {
  const shift = Number(search.get("shift") ?? 0);
  return {
    months: MONTHS.find((known) => String(known) === search.get("months")) ?? MONTHS[0],
    scenario: search.get("scenario") ?? FLAT,
    shift: Number.isInteger(shift) && Math.abs(shift) <= MOST_SHIFT ? shift : 0,
  };
}

/** A month of an address, `2026-03`, where it is one of the forecast's. */
export function monthFrom(search: URLSearchParams, forecast: Forecast | undefined): MonthOfLoans | null {
  const asked = search.get("month");
  return forecast?.months.find(({ month: first }) => first.slice(0, 7) === asked) ?? null;
}

/** A reason of the server's as a sentence begins: with a capital, and dates as people read them. */
export function reasonWords(reason: string, formats: Formats): string {
  const words = sentence(reason, formats);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const isSome = (amount: string): boolean => /[1-9]/.test(amount);

/** All that falls due in a month, line by line. */
export function monthLines(due: MonthOfLoans, formats: Formats): string[] {
  const part = (name: string, value: string) => (isSome(value) ? [`${name} ${money(value, formats)}`] : []);
  return [
    `Debt service ${money(due.debtService, formats)}`,
    ...part("Interest", due.interest),
    ...part("of it projected", due.projectedInterest),
    ...part("Principal", due.principal),
    ...part("Balloons", due.balloon),
  ];
}

/** What the chart shows, for who cannot see it. */
export const chartWords = ({ months }: Forecast, formats: Formats): string =>
  `Balloons above, interest and principal below, of ${count(months.length, formats)} months from ` +
  `${month(months[0]?.month, formats)} to ${month(months.at(-1)?.month, formats)}`;
