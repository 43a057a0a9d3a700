import { count, date, exactRate, type Formats, money, UNKNOWN, word } from "@/format/format";

type As = "amount" | "count" | "day" | "rate" | "text" | "word";

interface CitableField {
  /** Its path on the wire. */
  readonly field: string;
  readonly label: string;
  readonly as: As;
}

/** The terms of a loan that a document can be cited for, as a term sheet has them. */
export const CITABLE_FIELDS: readonly CitableField[] = [
  { field: "originalBalance", label: "Original balance", as: "amount" },
  { field: "currentBalance", label: "Recorded balance", as: "amount" },
  { field: "originationDate", label: "Origination", as: "day" },
  { field: "terms.firstPaymentDate", label: "First payment", as: "day" },
  { field: "maturityDate", label: "Maturity", as: "day" },
  { field: "anticipatedRepaymentDate", label: "Anticipated repayment", as: "day" },
  { field: "rate", label: "Rate", as: "rate" },
  { field: "rateType", label: "Rate type", as: "word" },
  { field: "terms.dayCount", label: "Day count", as: "word" },
  { field: "terms.floating.index", label: "Index", as: "text" },
  { field: "terms.floating.spread", label: "Spread", as: "rate" },
  { field: "terms.floating.indexFloor", label: "Index floor", as: "rate" },
  { field: "terms.floating.rateFloor", label: "Rate floor", as: "rate" },
  { field: "terms.floating.rateCeiling", label: "Rate ceiling", as: "rate" },
  { field: "terms.amortizationMonths", label: "Amortization in months", as: "count" },
  { field: "terms.interestOnlyMonths", label: "Interest-only months", as: "count" },
  { field: "terms.frequency", label: "Payments", as: "word" },
  { field: "terms.levelPayment", label: "Level payment", as: "amount" },
  { field: "terms.graceDays", label: "Grace days", as: "count" },
  { field: "borrower", label: "Borrower", as: "text" },
  { field: "structure", label: "Structure", as: "word" },
  { field: "lienPosition", label: "Lien position", as: "count" },
  { field: "originator", label: "Originator", as: "text" },
  { field: "servicer", label: "Servicer", as: "text" },
];

export const fieldLabel = (field: string): string =>
  CITABLE_FIELDS.find((known) => known.field === field)?.label ?? field;

/** What a loan says at a path, as a citation keeps it; null where it says nothing. */
export function valueAt(loan: object, field: string): string | null {
  const value = field
    .split(".")
    .reduce<unknown>(
      (at, name) =>
        at !== null && typeof at === "object" ? (at as Readonly<Record<string, unknown>>)[name] : undefined,
      loan,
    );
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/** A value of a field as people read it. */
export function valueWords(field: string, value: string | null, formats: Formats): string {
  if (value === null || value === "") return UNKNOWN;
  switch (CITABLE_FIELDS.find((known) => known.field === field)?.as) {
    case "amount":
      return money(value, formats);
    case "count":
      return count(value, formats);
    case "day":
      return date(value, formats);
    case "rate":
      return exactRate(value, formats);
    case "word":
      return word(value);
    default:
      return value;
  }
}

const plain = (text: string): string =>
  /^-?\d+(\.\d+)?$/.test(text) && text.includes(".") ? text.replace(/\.?0+$/, "") : text;

/** Whether a loan still says what a citation was made for; one that kept no value has nothing to differ from. */
export const stillSaid = (cited: string | null, now: string | null): boolean =>
  cited === null || (now !== null && plain(cited) === plain(now));
