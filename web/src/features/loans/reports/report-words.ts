import type { ReportKind, ReportRun } from "./api/reports";

/** The reports in the order in which they are offered, each with what it says. */
export const REPORTS: Readonly<Record<ReportKind, { label: string; about: string }>> = {
  debt_schedule: {
    label: "Debt schedule",
    about: "Every outstanding loan: parties, balance, rate, maturity, balloon, debt service, DSCR, LTV.",
  },
  maturities: {
    label: "Maturities",
    about: "What falls due by year, with balloons by schedule, and each loan by its expected maturity.",
  },
  lender_exposure: {
    label: "Lender exposure",
    about: "Each lender’s balance, share, rate, debt service, next maturity and late loans.",
  },
  concentrations: {
    label: "Concentrations",
    about: "By state, property type, borrower, fund, rate type and maturity year; the largest loans.",
  },
  ageing: { label: "Ageing", about: "Balances by status, and each loan that is late or in default." },
  changes: {
    label: "Changes",
    about: "How the outstanding balance changed since a day, exactly, and every field that differs.",
  },
  loan_abstract: {
    label: "Loan abstract",
    about: "One loan’s terms, properties and ratios with their inputs.",
  },
};

export const titleOf = (run: ReportRun): string => run.parameters.title ?? REPORTS[run.kind].label;

/** The name under which a file of a run is kept. */
export const fileName = (run: ReportRun, format: string): string =>
  `${titleOf(run)} ${run.parameters.asOf ?? run.businessDate}.${format}`;

const STATES: Readonly<Record<ReportRun["state"], string>> = {
  queued: "Queued",
  running: "In progress",
  done: "Done",
  failed: "Failed",
};

export const stateOf = ({ state }: ReportRun): string => STATES[state];
