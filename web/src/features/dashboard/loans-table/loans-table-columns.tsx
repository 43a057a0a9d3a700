import { moneyCell } from "@/components/table/cells";
import type { Column } from "@/components/table/column";
import { count, date, type Formats, percent, ratio, UNKNOWN, word } from "@/format/format";

import type { LoanLine } from "../loan-lines/api/loan-lines";

type Of = (line: LoanLine) => string | null;

/** Text that may be longer than its column: the whole is in its title. */
const text = (of: Of) => ({
  cell: (line: LoanLine) => <bdi>{of(line) ?? UNKNOWN}</bdi>,
  title: (line: LoanLine) => of(line),
});

const money = (of: Of) => ({
  cell: (line: LoanLine, formats: Formats) => moneyCell(of(line), formats),
  align: "end" as const,
  width: 152,
  firstOrder: "descending" as const,
});

const day = (of: Of) => ({
  cell: (line: LoanLine, formats: Formats) => date(of(line), formats),
  align: "end" as const,
  width: 104,
});

const words = (all: readonly string[]) => (all.length === 0 ? null : all.join(", "));

/** Where a loan has no ratio of its own, why. */
const gaps = (line: LoanLine, value: string | null) => (value === null ? line.gaps.join("; ") : null);

function dscr(line: LoanLine, formats: Formats) {
  if (line.dscr !== null || line.reportedDscr === null) return ratio(line.dscr, formats);
  return (
    <>
      <small>reported</small> {ratio(line.reportedDscr, formats)}
    </>
  );
}

/** What the list of loans can show of each. */
export const LOAN_COLUMNS: readonly Column<LoanLine>[] = [
  { id: "number", header: "Number", order: "number", width: 116, ...text(({ number }) => number) },
  {
    id: "name",
    header: "Name",
    order: "name",
    width: 200,
    grow: true,
    card: true,
    ...text(({ name }) => name),
  },
  {
    id: "borrower",
    header: "Borrower",
    order: "borrower",
    width: 180,
    hidden: true,
    ...text(({ borrower }) => borrower),
  },
  {
    id: "lender",
    header: "Lender",
    order: "lender",
    width: 160,
    card: true,
    ...text(({ lender }) => lender?.name ?? null),
  },
  {
    id: "balance",
    header: "Balance",
    order: "balance",
    meaning: "Current balance",
    card: true,
    ...money(({ balance }) => balance),
  },
  {
    id: "rate",
    header: "Rate",
    order: "rate",
    width: 72,
    align: "end",
    firstOrder: "descending",
    card: true,
    cell: ({ rate }, formats) => percent(rate, formats),
    title: ({ rate }, formats) => percent(rate, formats, 6),
  },
  {
    id: "maturityDate",
    header: "Maturity",
    order: "maturityDate",
    card: true,
    ...day(({ maturityDate }) => maturityDate),
  },
  {
    id: "dscr",
    header: "DSCR",
    order: "dscr",
    meaning: "NOI ÷ annual debt service",
    width: 104,
    align: "end",
    card: true,
    cell: dscr,
    title: (line) => gaps(line, line.dscr),
  },
  {
    id: "ltv",
    header: "LTV",
    order: "ltv",
    meaning: "Balance ÷ value",
    width: 80,
    align: "end",
    firstOrder: "descending",
    cell: ({ ltv }, formats) => percent(ltv, formats, 1),
    title: (line) => gaps(line, line.ltv),
  },
  {
    id: "debtYield",
    header: "Debt yield",
    order: "debtYield",
    meaning: "NOI ÷ balance",
    width: 88,
    align: "end",
    cell: ({ debtYield }, formats) => percent(debtYield, formats, 2),
    title: (line) => gaps(line, line.debtYield),
  },
  {
    id: "type",
    header: "Type",
    order: "type",
    meaning: "Types of its properties",
    width: 104,
    ...text(({ propertyTypes }) => words(propertyTypes.map(word))),
  },
  {
    id: "state",
    header: "State",
    order: "state",
    meaning: "States its properties are in",
    width: 72,
    ...text(({ states }) => words(states)),
  },
  { id: "status", header: "Status", order: "status", width: 100, ...text(({ status }) => word(status)) },
  {
    id: "fund",
    header: "Fund",
    order: "fund",
    width: 160,
    hidden: true,
    ...text(({ fund }) => fund?.name ?? null),
  },
  {
    id: "portfolio",
    header: "Portfolio",
    order: "portfolio",
    width: 160,
    hidden: true,
    ...text(({ portfolio }) => portfolio?.name ?? null),
  },
  {
    id: "structure",
    header: "Structure",
    width: 120,
    hidden: true,
    ...text(({ structure }) => word(structure)),
  },
  {
    id: "rateType",
    header: "Rate type",
    width: 100,
    hidden: true,
    ...text(({ rateType }) => word(rateType)),
  },
  {
    id: "amortization",
    header: "Amortization",
    width: 160,
    hidden: true,
    ...text(({ amortizationType }) => word(amortizationType)),
  },
  {
    id: "originalBalance",
    header: "Original",
    meaning: "Original balance",
    order: "originalBalance",
    hidden: true,
    ...money(({ originalBalance }) => originalBalance),
  },
  {
    id: "matchedBalance",
    header: "Matched",
    meaning: "The part of the balance allocated to properties that match the filters by type and state",
    hidden: true,
    ...money(({ matchedBalance }) => matchedBalance),
  },
  {
    id: "originationDate",
    header: "Origination",
    order: "originationDate",
    hidden: true,
    ...day(({ originationDate }) => originationDate),
  },
  {
    id: "occupancy",
    header: "Occupancy",
    order: "occupancy",
    width: 110,
    align: "end",
    hidden: true,
    cell: ({ occupancy }, formats) => percent(occupancy, formats, 1),
  },
  {
    id: "debtService",
    header: "Debt service",
    meaning: "Annual debt service",
    hidden: true,
    ...money(({ annualDebtService }) => annualDebtService),
  },
  {
    id: "value",
    header: "Value",
    meaning: "Value of its properties",
    hidden: true,
    ...money(({ value }) => value),
  },
  {
    id: "noi",
    header: "NOI",
    meaning: "Net operating income",
    hidden: true,
    ...money(({ netOperatingIncome }) => netOperatingIncome),
  },
  {
    id: "ncf",
    header: "NCF",
    meaning: "Net cash flow",
    hidden: true,
    ...money(({ netCashFlow }) => netCashFlow),
  },
  {
    id: "properties",
    header: "Properties",
    meaning: "Number of its properties",
    width: 100,
    align: "end",
    hidden: true,
    cell: ({ properties }, formats) => count(properties, formats),
  },
  {
    id: "asOf",
    header: "As of",
    meaning: "The date the balance is of",
    hidden: true,
    ...day(({ asOf }) => asOf),
  },
];
