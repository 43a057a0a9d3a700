import { count, exactRate, type Formats } from "@/format/format";

import type { FixingView, IndexView } from "./api/rates";

/** A fixing's value: a rate as a percentage; the SOFR index is a level. */
export function fixingText(index: string, value: string | null | undefined, formats: Formats): string {
  return index === "sofr_index" ? count(value ?? null, formats, 8) : exactRate(value, formats);
}

/** How fresh an index is, in words. */
export function freshness({ days, missing, stale }: IndexView): string {
  if (days === 0) return "No fixings";
  if (missing === null || missing === 0) return "Up to date";
  const fixings = missing === 1 ? "1 fixing" : `${missing} fixings`;
  return stale ? `Stale: ${fixings} missing` : `${fixings} due`;
}

/** What is odd about a fixing, in words; nothing where it is not. */
export function marksOf({ outlier, closed, revision }: FixingView): string {
  return [
    outlier ? "Moved by more than 25 bp" : "",
    closed ? "Market closed" : "",
    revision > 0 ? `Revision ${revision}` : "",
  ]
    .filter((mark) => mark !== "")
    .join(", ");
}
