import type { ReportKind, ReportRun } from "./api/reports";
import type { ScheduleDraft } from "./api/schedules";

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
  overcharges: {
    label: "Overcharges",
    about: "What lenders billed month by month beside what the terms say, by what servicers reported.",
  },
  loan_abstract: {
    label: "Loan abstract",
    about: "One loan’s terms, properties and ratios with their inputs.",
  },
};

export const titleOf = ({ parameters, kind }: Pick<ReportRun, "parameters" | "kind">): string =>
  parameters.title ?? REPORTS[kind].label;

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

/** By number: 1 is Monday. */
export const WEEKDAYS: Readonly<Record<number, string>> = {
  1: "Monday",
  2: "Tuesday",
  3: "Wednesday",
  4: "Thursday",
  5: "Friday",
  6: "Saturday",
  7: "Sunday",
};

export const hourWords = (hour: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(Date.UTC(2000, 0, 1, hour));

/** How often a schedule's report is made: `Every Monday at 7:00 AM`. */
export function rhythmWords(
  { every, weekday, day, hour }: Pick<ScheduleDraft, "every" | "weekday" | "day" | "hour">,
  locale: string,
): string {
  const days =
    every === "day"
      ? "Every day"
      : every === "week"
        ? `Every ${WEEKDAYS[weekday] ?? ""}`
        : `Every month on day ${day}`;
  return `${days} at ${hourWords(hour, locale)}`;
}
