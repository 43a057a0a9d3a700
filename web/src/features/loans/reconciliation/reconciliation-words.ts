import type { Schemas } from "@/api/client";

/** How each outcome of a reconciliation is called and what it means, in the order they are told. */
export const RECONCILED: readonly {
  readonly key: keyof Schemas["ReconciliationCounts"];
  readonly label: string;
  readonly meaning: string;
}[] = [
  { key: "matched", label: "Matched", meaning: "Every figure reported equals the computed one." },
  { key: "notDue", label: "Not yet due", meaning: "The first payment lies after the period." },
  { key: "differs", label: "Differs", meaning: "A figure reported is another than the computed one." },
  {
    key: "notComputed",
    label: "Not computed",
    meaning: "The terms allow no schedule, or nothing was reported.",
  },
  { key: "closed", label: "Closed", meaning: "Nothing was owed any more." },
];

export const FIGURES: Readonly<Record<Schemas["ReconciledFigure"], string>> = {
  beginning_balance: "Beginning balance",
  interest: "Interest",
  principal: "Principal",
  ending_balance: "Ending balance",
};
