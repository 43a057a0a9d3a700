import type { Schemas } from "@/api/client";
import { count, type Formats, money, month, percent } from "@/format/format";

import { loansWords } from "../figures/figure-details";

export type Span = Schemas["Span"];
export type Bucket = Schemas["Bucket"];

export const SPANS: readonly Span[] = ["month", "quarter", "year"];

const MONTHS: Readonly<Record<Span, number>> = { month: 1, quarter: 3, year: 12 };
const MOST_SLOTS = 480;

/** A place on the time axis; without a bucket nothing falls due there. */
export interface Slot {
  readonly key: string;
  readonly bucket: Bucket | null;
}

/**
 * The buckets with those between them in which nothing falls due, so that distances on the axis are distances in time.
 * Where one loan is due in a far future, only what is listed: gaps that long would leave no room for the bars.
 */
export function slotsOf(buckets: readonly Bucket[], span: Span): Slot[] {
  const [first, last] = [buckets.at(0), buckets.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [from, to] = [placeOf(first.first, span), placeOf(last.first, span)];
  if (to - from >= MOST_SLOTS) return buckets.map((bucket) => ({ key: bucket.key, bucket }));
  const known = new Map(buckets.map((bucket) => [placeOf(bucket.first, span), bucket]));
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const bucket = known.get(from + index) ?? null;
    return { key: bucket?.key ?? keyOf(from + index, span), bucket };
  });
}

/** How many widths a date is after the year 0. */
function placeOf(date: string, span: Span): number {
  return Math.floor((Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1) / MONTHS[span]);
}

function keyOf(place: number, span: Span): string {
  const months = place * MONTHS[span];
  const year = String(Math.floor(months / 12)).padStart(4, "0");
  if (span === "year") return year;
  const index = months % 12;
  return span === "quarter" ? `${year}-Q${index / 3 + 1}` : `${year}-${String(index + 1).padStart(2, "0")}`;
}

/** `2030-10` as `Oct 2030`, `2030-Q4` as `Q4 2030`. */
export function slotWords(key: string, formats: Formats): string {
  const [year = key, part] = key.split("-");
  if (part === undefined) return year;
  return part.startsWith("Q") ? `${part} ${year}` : month(key, formats);
}

/** All that is known of a bucket, line by line. */
export function bucketLines(bucket: Bucket, formats: Formats): string[] {
  const part = (name: string, value: string) =>
    /[1-9]/.test(value) ? [`${name} ${money(value, formats)}`] : [];
  return [
    `${money(bucket.balance, formats)}${bucket.past ? ", past due" : ""}`,
    `${percent(bucket.share, formats, 2)} of the balance, ${loansWords(bucket.loans, formats)}`,
    `weighted rate ${percent(bucket.weightedRate, formats)}`,
    ...part("fixed", bucket.fixed),
    ...part("floating", bucket.floating),
    ...part("stepped", bucket.stepped),
  ];
}

/** How many loans fall due, for a label of a chart. */
export const wallWords = (buckets: readonly Bucket[], span: Span, formats: Formats): string =>
  `Outstanding balance by ${span} of maturity, stacked by rate type: ${count(buckets.length, formats)} ${span}s with maturities`;
