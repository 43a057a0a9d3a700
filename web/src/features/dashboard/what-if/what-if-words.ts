import type { Schemas } from "@/api/client";
import { type Formats, percent, ratio } from "@/format/format";

type Outcome = Schemas["StressOutcome"];
type Bar = Schemas["StressBar"];

export const PARTS: Readonly<Record<Schemas["StressPart"], string>> = {
  base: "Today",
  rate: "Rates alone",
  income: "NOI alone",
  value: "Cap rates alone",
  joint: "All together",
};

export const TESTS: Readonly<Record<Schemas["SizingTest"], string>> = {
  ltv: "LTV",
  dscr: "DSCR",
  debt_yield: "Debt yield",
  ltc: "LTC",
  icr: "ICR",
};

/** The figures of an outcome in their order: name, label, kind, and the name of its explanation where it differs. */
export const FIGURES = [
  ["dscr", "DSCR", "ratio"],
  ["ltv", "LTV", "share"],
  ["debtYield", "Debt yield", "share"],
  ["netDebtService", "Debt service, net of hedges", "money"],
  ["balloon", "Balloons of sized loans", "money", "sizedBalloon"],
  ["financeable", "Financeable", "money"],
  ["gap", "Gap", "money"],
] as const satisfies readonly (readonly [keyof Outcome, string, "ratio" | "share" | "money", string?])[];

/** A ratio or share in words. */
export const figureWords = (kind: "ratio" | "share", value: string | null, formats: Formats): string =>
  kind === "ratio" ? ratio(value, formats) : percent(value, formats);

/** The parts of a bar in the order in which they stand on each other. */
export const STACK = [
  ["financeable", "Financeable"],
  ["gap", "Gap"],
  ["notSized", "Not sized"],
  ["withoutSchedule", "Without a schedule"],
  ["extended", "Extended to later"],
] as const satisfies readonly (readonly [keyof Bar, string])[];

/** What a figure leaves out, by the name the server gives it. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  measured: "Not stressed",
  dscr: "Not in DSCR",
  ltv: "Not in LTV",
  debtYield: "Not in debt yield",
  capReceipt: "Hedges not known",
  index: "Index not known exactly",
  refinance: "Not sized",
};
