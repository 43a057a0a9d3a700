import type { Schemas } from "@/api/client";
import { type Formats, percent } from "@/format/format";

/** How each outcome of a reconciliation is called and what it means, in the order they are told. */
export const RECONCILED: readonly {
  readonly key: keyof Schemas["ReconciliationCounts"];
  readonly label: string;
  readonly meaning: string;
}[] = [
  { key: "matched", label: "Matched", meaning: "Every reported figure equals the computed one." },
  { key: "notDue", label: "Not due yet", meaning: "The first payment is after this period." },
  { key: "differs", label: "Differs", meaning: "A reported figure differs from the computed one." },
  {
    key: "notComputed",
    label: "Not computed",
    meaning: "No schedule for these terms, or nothing was reported.",
  },
  { key: "closed", label: "Closed", meaning: "Paid off." },
];

export const FIGURES: Readonly<Record<Schemas["ReconciledFigure"], string>> = {
  beginning_balance: "Beginning balance",
  interest: "Interest",
  principal: "Principal",
  ending_balance: "Ending balance",
};

/** A figure of a statement, as the solver names it. */
export const SOLVED_FIELDS: Readonly<Record<string, string>> = {
  beginningBalance: "beginning balance",
  interest: "interest",
  principal: "principal",
  endingBalance: "ending balance",
};

/** By which rate a floating loan's month was computed; null of another loan, and of a month that was not. */
export function rateOfPeriod(
  { rate, rateBy }: Pick<Schemas["PeriodReconciliation"], "rate" | "rateBy">,
  formats: Formats,
): string | null {
  if (rate === undefined || rateBy === undefined) return null;
  const basis = rateBy === "terms" ? "by its terms and the fixings" : "as the tape reports";
  return `At ${percent(rate, formats, 5)} ${basis}`;
}
