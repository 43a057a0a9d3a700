import type { Schemas } from "@/api/client";
import { date, type Formats } from "@/format/format";

import { fieldWords, valueWords } from "./field-words";
import type { Value } from "./merge";

type Phase = Schemas["PrepaymentPhase"];

const DATED = new Set(["kind", "fromDate", "until", "months", "monthsBeforeMaturity", "terms"]);

/** When a phase begins, as far as it says so. */
export function phaseStart({ fromDate }: Phase, place: number, formats: Formats): string {
  if (fromDate !== undefined) return date(fromDate, formats);
  return place === 0 ? "Closing" : "After the one before";
}

/** When a phase ends, in the way in which it is stated. */
export function phaseEnd({ until, months, monthsBeforeMaturity }: Phase, formats: Formats): string {
  if (until !== undefined) return date(until, formats);
  if (months !== undefined) return `For ${months} months`;
  return monthsBeforeMaturity === undefined ? "Maturity" : `${monthsBeforeMaturity} months before maturity`;
}

/** What a phase asks, a line for each thing that is stated: `floor 1.00%`. */
export function phaseAsks(phase: Phase, formats: Formats): string[] {
  const stated = Object.entries(phase).filter(
    ([name, value]) => !DATED.has(name) && !(Array.isArray(value) && value.length === 0),
  );
  return stated.map(([name, value]) => {
    const label = fieldWords(name, new Map());
    const told = valueWords(name, value as Value, formats, new Map()).join(" ");
    return `${label.charAt(0).toLowerCase()}${label.slice(1)} ${told}`;
  });
}
