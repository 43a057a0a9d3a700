import type { Schemas } from "@/api/client";

import { type Loan } from "./loan-draft";

type Source = Schemas["Source"];

/** Which of a tape's values say a loan's field, where they have other names; the first that is there counts. */
const SAID_BY: Readonly<Record<string, readonly string[]>> = {
  lenderId: ["lender"],
  fundId: ["fund"],
  portfolioId: ["portfolio"],
  currentBalance: ["endingBalance", "actualBalance"],
  status: ["status", "paymentStatus"],
  modified: ["modified", "modificationCode"],
  "terms.dayCount": ["dayCount"],
  "terms.frequency": ["frequency"],
  "terms.paymentsInAdvance": ["paymentsInAdvance"],
  "terms.firstPaymentDate": ["firstPaymentDate"],
  "terms.amortizationMonths": ["amortizationMonths"],
  "terms.interestOnlyMonths": ["interestOnlyMonths"],
  "terms.levelPayment": ["levelPayment", "statedPayment"],
  "terms.cashAfterAnticipatedRepayment": ["cashAfterAnticipatedRepayment"],
  "terms.payRate": ["payRate"],
  "terms.capitalizingPayment": ["capitalizingPayment"],
  "terms.capitalizationLimit": ["capitalizationLimit"],
  "terms.curtailments": ["curtailments"],
  "terms.commitment": ["commitment"],
  "terms.draws": ["draws"],
  "terms.unusedFeeRate": ["unusedFeeRate"],
  "terms.unusedFeeDayCount": ["unusedFeeDayCount"],
  "terms.fixedPrincipal": ["fixedPrincipal"],
  "terms.scheduledPrincipal": ["scheduledPrincipal"],
  "terms.rateSteps": ["rateSteps"],
  "terms.graceDays": ["graceDays"],
  "terms.prepayment": ["prepayment"],
  "terms.floating.index": ["index"],
  "terms.floating.spread": ["spread"],
  "terms.floating.indexFloor": ["indexFloor"],
  "terms.floating.rateFloor": ["rateFloor"],
  "terms.floating.rateCeiling": ["rateCeiling"],
  "terms.floating.lookbackBusinessDays": ["lookbackDays"],
  "terms.floating.resetMonths": ["resetMonths"],
  "terms.floating.firstResetDate": ["firstResetDate"],
  "terms.floating.rounding": ["indexRounding"],
  "terms.floating.setting": ["rateSetting"],
  "terms.floating.calendar": ["indexCalendar"],
  "terms.floating.fixedRate": ["fixedRate"],
  "terms.floating.fixedUntil": ["fixedUntil"],
  "original.rate": ["originalRate", "rate"],
  "original.maturityDate": ["originalMaturityDate", "maturityDate"],
  "original.firstPaymentDate": ["firstPaymentDate"],
  "original.termMonths": ["termMonths"],
  "original.statedPayment": ["statedPayment"],
  "reported.asOf": ["financialsDate"],
  "reported.dscr": ["dscr"],
  "reported.dscrNetCashFlow": ["dscrNetCashFlow"],
  "reported.annualDebtService": ["annualDebtService"],
};

/** Where a field's value comes from, by its path; nothing where a person said it. */
export function sourceOf(field: string, sources: ReadonlyMap<string, Source>): Source | undefined {
  return (SAID_BY[field] ?? [field]).map((name) => sources.get(name)).find((source) => source !== undefined);
}

/** Whether the loan still says what the tape said; null where the two cannot be compared as they stand. */
export function stillSaid(field: string, source: Source, loan: Loan): boolean | null {
  const names = field.split(".");
  const held = names.reduce<unknown>(
    (at, name) => (at !== null && typeof at === "object" ? (at as Record<string, unknown>)[name] : undefined),
    loan,
  );
  if (field.endsWith("Id") || source.field !== names.at(-1)) return null;
  if (typeof held === "object" || typeof source.value === "object") return null;
  return plain(held) === plain(source.value);
}

/** Decimal text without zeros that say nothing: `0.0500` and `0.05` are one number. */
function plain(value: unknown): string {
  const text = String(value);
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}
