import type { Locator, Page } from "@playwright/test";

import { type Api, demonstrate, expect, type Organization, signIn } from "./fixtures";

export interface Figure {
  value: string | null;
  formula: string;
  numerator: { name: string; value: string } | null;
  denominator: { name: string; value: string } | null;
  loans: number;
  leftOut: string | null;
  loan: string | null;
}

export interface LeftOut {
  count: number;
  balance: string;
  reasons: { reason: string; loans: string[] }[];
}

export interface Slice {
  key: string;
  name: string | null;
  balance: string;
  share: string | null;
  loans: number;
}

export interface Bucket {
  key: string;
  balance: string;
  share: string;
  loans: number;
  fixed: string;
  floating: string;
  weightedRate: string;
  dueBySchedule: string;
  withoutSchedule: string;
}

export interface Line {
  number: string;
  name: string;
  balance: string;
  rate: string;
}

export interface Dashboard {
  figures: Record<string, Figure>;
  compositions: Record<string, { slices: Slice[]; concentration: Figure }>;
  rolled: { loans: number; recorded: string; balance: string; asRecorded: { balance: string }[] } | null;
  maturities: Record<"month" | "quarter" | "year", Bucket[]> & { withoutSchedule: string };
  top: Line[];
  upcoming: Line[];
  leftOut: Record<string, LeftOut>;
  loans: Record<string, { number: string; name: string }>;
}

/** What a figure of the dashboard leaves out, and the numbers of the loans it names. */
export function leftOutOf({ leftOut, loans }: Dashboard, figure: Figure | undefined) {
  const found = leftOut[figure?.leftOut ?? ""] ?? { count: 0, balance: "0.00", reasons: [] };
  return {
    ...found,
    numbers: found.reasons.flatMap((reason) => reason.loans.map((id) => loans[id]?.number ?? id)),
  };
}

export interface FigureHistory {
  series: { figure: string; points: { month: string; value: string; loans: number; leftOut: number }[] }[];
  evidence: { month: string; reported: number; scheduled: number; carried: number; unknown: number }[];
}

// What is on the screen is compared with the server's text, formatted here in another way than there.
const written = (options: Intl.NumberFormatOptions) => (value: string | null) =>
  value === null ? "–" : new Intl.NumberFormat("en-US", options).format(value as `${number}`);
export const money = written({ style: "currency", currency: "USD" });
export const short = written({
  style: "currency",
  currency: "USD",
  notation: "compact",
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
export const percent = (digits: number) =>
  written({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
export const fixed = (digits: number) =>
  written({ minimumFractionDigits: digits, maximumFractionDigits: digits });
export const plain = written({});

export const FIGURES: Record<string, [label: string, text: (value: string | null) => string]> = {
  outstanding: ["Outstanding", short],
  original: ["Original balance", short],
  loanCount: ["Loans", plain],
  propertyCount: ["Properties", plain],
  weightedRate: ["Weighted average rate", percent(3)],
  dscr: ["DSCR (NOI)", (value) => `${fixed(2)(value)}x`],
  dscrNcf: ["DSCR (NCF)", (value) => `${fixed(2)(value)}x`],
  occupancy: ["Occupancy", percent(2)],
  ltv: ["Loan to value", percent(2)],
  debtYield: ["Debt yield (NOI)", percent(2)],
  debtYieldNcf: ["Debt yield (NCF)", percent(2)],
  weightedRemainingYears: ["Weighted average term", (value) => `${fixed(2)(value)} years`],
  maturingWithinYear: ["Maturing within a year", percent(2)],
  pastMaturity: ["Past maturity", short],
  largestLoan: ["Largest loan", short],
  largestFive: ["Five largest loans", percent(2)],
};

export const COMPOSITIONS: Record<string, string> = {
  lender: "By lender",
  propertyType: "By type",
  state: "By state",
  fund: "By fund",
  portfolio: "By portfolio",
  status: "By status",
  rateType: "By rate type",
  amortizationType: "By amortization",
  structure: "By structure",
};

export const LOAN = {
  name: "Larkspur Apartments",
  originalBalance: "7200000.00",
  currentBalance: "7127809.78",
  balanceAsOf: "2026-11-01",
  originationDate: "2025-12-12",
  maturityDate: "2031-01-01",
  rate: "0.0575",
  terms: { firstPaymentDate: "2026-02-01", amortizationMonths: 360 },
};

export const figures = (page: Page): Locator => page.getByRole("region", { name: "Key figures" });
export const figure = (page: Page, label: string): Locator =>
  figures(page).getByRole("button", { name: new RegExp(`^${label.replace(/[()]/g, "\\$&")}`) });
export const dashboard = (api: Api, search = ""): Promise<Dashboard> => api.get(`/api/v1/dashboard${search}`);

/** An organization with the demonstration portfolio, open on the dashboard. */
export async function opened(
  page: Page,
  { api, administrator }: Organization,
  search = "",
): Promise<Dashboard> {
  await demonstrate(api);
  await signIn(page, administrator);
  await page.goto(`/dashboard/${search}`);
  await expect(figures(page)).toBeVisible();
  return dashboard(api, search);
}

/** What a drawer of loans says they come to. */
export const total = (page: Page, name: string): Locator =>
  page
    .getByRole("dialog")
    .getByRole("definition")
    .filter({ has: page.locator(`xpath=../dt[.="${name}"]`) });
