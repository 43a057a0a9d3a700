import type { Schemas } from "@/api/client";
import { count, type Formats, money, percent, rate, ratio, shortMoney } from "@/format/format";

export type FigureName = Schemas["FigureName"];

/** How a number reads: what the wire calls a ratio is a multiple, a percentage or an index, depending on the figure. */
export type Kind = "money" | "rate" | "percent" | "multiple" | "years" | "months" | "count" | "index";

export interface FigureWords {
  readonly label: string;
  readonly kind: Kind;
  /** Whether the two sums behind it are money, or of another unit. */
  readonly sums: readonly ("money" | "number")[];
}

/** How each headline figure is called and written. */
export const FIGURE_WORDS: Readonly<Record<FigureName, FigureWords>> = {
  outstanding: { label: "Outstanding", kind: "money", sums: ["money"] },
  original: { label: "Original balance", kind: "money", sums: ["money"] },
  loanCount: { label: "Loans", kind: "count", sums: [] },
  propertyCount: { label: "Properties", kind: "count", sums: [] },
  largestLoan: { label: "Largest loan", kind: "money", sums: ["money", "money"] },
  largestFive: { label: "Five largest loans", kind: "percent", sums: ["money", "money"] },
  weightedRate: { label: "Weighted average rate", kind: "rate", sums: ["money", "money"] },
  dscr: { label: "DSCR (NOI)", kind: "multiple", sums: ["money", "money"] },
  dscrNcf: { label: "DSCR (NCF)", kind: "multiple", sums: ["money", "money"] },
  occupancy: { label: "Occupancy", kind: "percent", sums: ["number", "number"] },
  ltv: { label: "Loan to value", kind: "percent", sums: ["money", "money"] },
  debtYield: { label: "Debt yield (NOI)", kind: "percent", sums: ["money", "money"] },
  debtYieldNcf: { label: "Debt yield (NCF)", kind: "percent", sums: ["money", "money"] },
  weightedRemainingYears: { label: "Weighted average term", kind: "years", sums: ["number", "money"] },
  weightedRemainingMonths: {
    label: "Weighted average term in months",
    kind: "months",
    sums: ["number", "money"],
  },
  maturingWithinYear: { label: "Maturing within a year", kind: "percent", sums: ["money", "money"] },
  pastMaturity: { label: "Past maturity", kind: "money", sums: ["money"] },
};

/** How the concentration of a composition is written. */
export const CONCENTRATION = { kind: "index", sums: ["number", "number"] } as const;

/** How the share of a part of a composition is written. */
export const SHARE = { kind: "percent", sums: ["money", "money"] } as const;

const SUM_DIGITS = 10;
/** A Herfindahl index is read from 0 to 10,000. */
const HHI_SCALE = 10_000;

/** A figure as text. An amount is short where there is little room; its whole must then be in reach. */
export function figureText(
  kind: Kind,
  value: string | null | undefined,
  formats: Formats,
  { short = false } = {},
): string {
  switch (kind) {
    case "money":
      return short ? shortMoney(value, formats) : money(value, formats);
    case "rate":
      return rate(value, formats);
    case "percent":
      return percent(value, formats);
    case "multiple":
      return ratio(value, formats);
    case "years":
      return value == null ? count(value, formats) : `${count(value, formats, 2, 2)} years`;
    case "months":
      return value == null ? count(value, formats) : `${count(value, formats, 1, 1)} months`;
    case "count":
      return count(value, formats);
    case "index":
      return value == null ? count(value, formats) : count(Math.round(Number(value) * HHI_SCALE), formats);
  }
}

/** One of the two sums behind a figure, with all its digits. */
export function sumText(unit: "money" | "number" | undefined, value: string, formats: Formats): string {
  return unit === "money" ? money(value, formats, SUM_DIGITS) : count(value, formats, SUM_DIGITS);
}
