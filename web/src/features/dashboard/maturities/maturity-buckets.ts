import type { Schemas } from "@/api/client";
import { date, count, type Formats, money, month, percent, rate } from "@/format/format";

import { loansWords } from "../figures/figure-details";

export type Span = Schemas["Span"];
export type Bucket = Schemas["Bucket"];

/** What the wall shows: what is owed today alone, or beside it what will be due by the loans’ schedules. */
export type Amounts = "today" | "schedule";

export const AMOUNTS: Readonly<Record<Amounts, string>> = {
  today: "Balances today",
  schedule: "Due by schedule",
};

export const SPANS: readonly Span[] = ["month", "quarter", "year"];

const MONTHS: Readonly<Record<Span, number>> = { month: 1, quarter: 3, year: 12 };
/** So many bars have room for their values; what falls due later is one more. */
const BARS: Readonly<Record<Span, number>> = { month: 24, quarter: 20, year: 10 };
/** On a phone so many, with those that are past and the one for what is later, are as wide as a finger needs. */
const BARS_OF_A_PHONE = 9;
const FEWEST = 3;

/** What falls due after the last bar, as the server adds it up. */
export interface Later {
  readonly balance: string;
  readonly loans: number;
  readonly weightedRate: string | null;
  readonly dueBySchedule: string;
  readonly withoutSchedule: string;
}

/** A place on the time axis; without a bucket nothing falls due there. The one for all that is later has `from`. */
export interface Slot {
  readonly key: string;
  readonly bucket: Bucket | null;
  readonly from?: string;
}

/**
 * The time axis: what is past its maturity first, then from today on one place for each span, whether anything falls
 * due there or not; what is further away than there are bars has the last place.
 */
export function slotsOf(buckets: readonly Bucket[], span: Span, today: string, phone = false): Slot[] {
  const last = buckets.at(-1);
  if (last === undefined) return [];
  const now = placeOf(today, span);
  const known = new Map(buckets.map((bucket) => [placeOf(bucket.first, span), bucket]));
  const past = buckets.filter(({ first }) => placeOf(first, span) < now);
  const most = phone ? Math.max(FEWEST, BARS_OF_A_PHONE - 1 - past.length) : BARS[span];
  const end = Math.min(Math.max(placeOf(last.first, span), now), now + most - 1);
  const slots: Slot[] = Array.from({ length: end - now + 1 }, (_, index) => {
    const bucket = known.get(now + index) ?? null;
    return { key: bucket?.key ?? keyOf(now + index, span), bucket };
  });
  const later = { key: keyOf(end + 1, span), bucket: null, from: firstOf(end + 1, span) };
  return [
    ...past.map((bucket) => ({ key: bucket.key, bucket })),
    ...slots,
    ...(placeOf(last.first, span) > end ? [later] : []),
  ];
}

/** How many widths a date is after the year 0. */
function placeOf(date: string, span: Span): number {
  return Math.floor((Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1) / MONTHS[span]);
}

function firstOf(place: number, span: Span): string {
  const months = place * MONTHS[span];
  return `${String(Math.floor(months / 12)).padStart(4, "0")}-${String((months % 12) + 1).padStart(2, "0")}-01`;
}

function keyOf(place: number, span: Span): string {
  const months = place * MONTHS[span];
  const year = String(Math.floor(months / 12)).padStart(4, "0");
  if (span === "year") return year;
  const index = months % 12;
  return span === "quarter" ? `${year}-Q${index / 3 + 1}` : `${year}-${String(index + 1).padStart(2, "0")}`;
}

/** `2030-10` as `Oct 2030`, `2030-Q4` as `Q4 2030`; all that is later as `2036+`. */
export function slotWords({ key, from }: Pick<Slot, "key" | "from">, formats: Formats): string {
  const [year = key, part] = key.split("-");
  const words = part === undefined ? year : part.startsWith("Q") ? `${part} ${year}` : month(key, formats);
  return from === undefined ? words : `${words}+`;
}

/** All that is known of a bucket, line by line. */
export function bucketLines(bucket: Bucket, formats: Formats): string[] {
  const part = (name: string, value: string) => (isSome(value) ? [`${name} ${money(value, formats)}`] : []);
  return [
    `${money(bucket.balance, formats)}${bucket.past ? ", past maturity" : ""}`,
    `${percent(bucket.share, formats)} of the balance, ${loansWords(bucket.loans, formats)}`,
    `${percent(bucket.cumulativeShare, formats)} matures by then`,
    `Weighted average rate ${rate(bucket.weightedRate, formats)}`,
    ...part("Fixed", bucket.fixed),
    ...part("Floating", bucket.floating),
    ...part("Stepped", bucket.stepped),
    ...scheduleLines(bucket, formats),
  ];
}

const isSome = (amount: string): boolean => /[1-9]/.test(amount);

/** What will be due by the schedules, and of how much nothing is known. */
function scheduleLines(
  { dueBySchedule, withoutSchedule }: Pick<Later, "dueBySchedule" | "withoutSchedule">,
  formats: Formats,
): string[] {
  return [
    `Due by schedule ${money(dueBySchedule, formats)}`,
    ...(isSome(withoutSchedule) ? [`Without a schedule ${money(withoutSchedule, formats)}`] : []),
  ];
}

/** What the bars are, and how much of today’s balance they say nothing of; `on` is the date that is rolled forward to. */
export function amountsWords(
  amounts: Amounts,
  withoutSchedule: string,
  formats: Formats,
  on: string | null = null,
): string {
  const balance = on === null ? "Today’s balance" : `Balance on ${date(on, formats)}`;
  if (amounts === "today") return `${balance} by maturity date`;
  return isSome(withoutSchedule)
    ? `Principal due at maturity. Not included: ${money(withoutSchedule, formats)} of today’s balance without a schedule`
    : "Principal due at maturity, of all loans";
}

/** All that is known of what falls due later. */
export function laterLines(later: Later, formats: Formats): string[] {
  return [
    money(later.balance, formats),
    loansWords(later.loans, formats),
    `Weighted average rate ${rate(later.weightedRate, formats)}`,
    ...scheduleLines(later, formats),
  ];
}

/** How many loans fall due, for a label of a chart. */
export const wallWords = (
  buckets: readonly Bucket[],
  span: Span,
  amounts: Amounts,
  formats: Formats,
): string => {
  const bars =
    amounts === "today"
      ? `Today’s balance by ${span} of maturity, stacked by rate type`
      : `Principal due by schedule beside today’s balance, by ${span} of maturity`;
  return `${bars}: ${count(buckets.length, formats)} ${span}s with maturities`;
};
