import { counted, exactRate, type Formats, count, money } from "@/format/format";
import { percentText } from "@/format/parse";

import { KINDS as DATE_KINDS } from "../dates/date-words";
import type { DefaultRule, Figure, RuleDraft, RuleKind, Side } from "./api/rules";

/** The unit of a figure: a percentage is a fraction on the wire. */
export type Unit = "currency" | "ratio" | "percentage" | "days";

interface FigureWords {
  readonly label: string;
  /** In the middle of a sentence. */
  readonly within: string;
  readonly unit: Unit;
}

/** What rules watch, in the order in which it is offered. */
export const FIGURES: Readonly<Record<Figure, FigureWords>> = {
  dscr: { label: "DSCR", within: "DSCR", unit: "ratio" },
  dscr_net_cash_flow: {
    label: "DSCR on net cash flow",
    within: "DSCR on net cash flow",
    unit: "ratio",
  },
  ltv: { label: "LTV", within: "LTV", unit: "percentage" },
  debt_yield: { label: "Debt yield", within: "debt yield", unit: "percentage" },
  debt_yield_net_cash_flow: {
    label: "Debt yield on net cash flow",
    within: "debt yield on net cash flow",
    unit: "percentage",
  },
  occupancy: { label: "Occupancy", within: "occupancy", unit: "percentage" },
  rate: { label: "Interest rate", within: "interest rate", unit: "percentage" },
  balance: { label: "Balance", within: "balance", unit: "currency" },
  days_past_due: { label: "Payment status", within: "payment status", unit: "days" },
};

export const RULE_KINDS: Readonly<Record<RuleKind, string>> = {
  threshold: "Threshold",
  change: "Change",
  days_before: "Date",
};

/** The ageing of a loan by its days past due, as they are sent. */
export const AGEING: Readonly<Record<string, string>> = {
  "0": "Current",
  "30": "30 days past due",
  "60": "60 days past due",
  "90": "90+ days past due",
};

export const sideWords = (side: Side, unit: Unit): string =>
  unit === "days" ? (side === "above" ? "later than" : "earlier than") : side;

/** A figure's value with all its digits, as it is said in a rule. */
export function valueWords(figure: Figure, value: string, formats: Formats): string {
  switch (FIGURES[figure].unit) {
    case "currency":
      return money(value, formats);
    case "ratio":
      return `${count(value, formats, 8, 2)}x`;
    case "percentage":
      return exactRate(value, formats);
    case "days": {
      const known = AGEING[String(Number(value))];
      return known === undefined ? `${count(value, formats, 8)} days past due` : known.toLowerCase();
    }
  }
}

/** By how much a figure moves, `5 percentage points` or `10.00% of it`. */
export function stepWords(figure: Figure, step: string, relative: boolean, formats: Formats): string {
  if (relative) return `${exactRate(step, formats)} of it`;
  switch (FIGURES[figure].unit) {
    case "currency":
      return money(step, formats);
    case "ratio":
      return `${count(step, formats, 8, 2)}x`;
    case "percentage":
      return `${percentText(step, formats.locale)} percentage points`;
    case "days":
      return counted(Number(step), "day", "days", formats);
  }
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const isNumber = (text: string | null | undefined): text is string => text != null && NUMBER.test(text);

/** What a rule watches of a loan, and when it says it again; null where that is not said yet. */
export interface Condition {
  /** `the LTV of a loan`: what it is of can follow. */
  readonly what: string;
  readonly is: string;
  readonly again: string;
}

/** What a rule's draft says, in words. */
export function conditionOf(draft: RuleDraft, formats: Formats): Condition | null {
  const { kind, figure, side, threshold, clearsAt, step, relative = false, dateKind, days } = draft;
  if (kind === "days_before") {
    if (dateKind == null || days == null) return null;
    const ahead = counted(days, "day", "days", formats);
    return {
      what: `the ${DATE_KINDS[dateKind].toLowerCase()} of a loan`,
      is: days === 0 ? "is today" : `is at most ${ahead} ahead`,
      again: "once, and again only if it moves",
    };
  }
  if (figure == null) return null;
  const { within, unit } = FIGURES[figure];
  const what = `the ${within} of a loan`;
  if (kind === "change") {
    if (!isNumber(step)) return null;
    return {
      what,
      is: `has moved by ${stepWords(figure, step, relative, formats)}`,
      again: "and again after each further move as large",
    };
  }
  if (side == null || !isNumber(threshold)) return null;
  const back = isNumber(clearsAt) ? clearsAt : threshold;
  return {
    what,
    is: `is ${sideWords(side, unit)} ${valueWords(figure, threshold, formats)}`,
    again: `once, and again only after it was back at ${valueWords(figure, back, formats)}`,
  };
}

/** `LTV is above 75.00%`: what a rule watches, where there is little room. */
export function shortCondition(draft: RuleDraft, formats: Formats): string {
  const condition = conditionOf(draft, formats);
  if (condition === null) return "";
  const words = `${condition.what.replace(/^the /, "").replace(/ of a loan$/, "")} ${condition.is}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What holds by default: what is watched, and when it is told. */
export function defaultWords(rule: DefaultRule, formats: Formats): { what: string; when: string } {
  if (rule.kind === "days_before" && rule.dateKind != null) {
    const days = rule.days.map((each) => count(each, formats));
    const listed = new Intl.ListFormat(formats.locale, { type: "conjunction" }).format(days);
    const unit = rule.days.length === 1 && rule.days[0] === 1 ? "day" : "days";
    return { what: DATE_KINDS[rule.dateKind], when: `${listed} ${unit} before` };
  }
  if (rule.figure == null) return { what: "", when: "" };
  const { label } = FIGURES[rule.figure];
  if (rule.step == null) return { what: label, when: "It changes" };
  return {
    what: label,
    when: `It moves by more than ${stepWords(rule.figure, rule.step, rule.relative, formats)}`,
  };
}
