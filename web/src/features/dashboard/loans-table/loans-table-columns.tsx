import { StatusDot } from "@/components/loan-status";
import type { Column } from "@/components/table/column";
import { exactRate, type Formats, percent, rate, ratio, word, dealOf, shortNumber } from "@/format/format";

import type { LoanLine } from "../loan-lines/api/loan-lines";
import { expectedWords, isMatured } from "../loan-lines/expected-maturity";
import { Maturity } from "../loan-lines/maturity";
import { money, text, words } from "./loans-table-cells";
import { MORE_COLUMNS } from "./loans-table-more-columns";

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

/** What the list of loans can show of each, as of the organization's date today. */
export const loanColumns = (today: string): readonly Column<LoanLine>[] => [
  { id: "name", header: "Name", order: "name", width: 232, ...text(({ name }) => name) },
  {
    id: "number",
    header: "Number",
    order: "number",
    width: 120,
    card: true,
    cell: ({ number }) => <bdi>{shortNumber(number)}</bdi>,
    title: ({ number }) => number,
  },
  {
    id: "deal",
    header: "Deal",
    meaning: "The deal its number begins with",
    width: 180,
    hidden: true,
    ...text(({ number }) => dealOf(number)),
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
    grow: true,
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
    cell: ({ rate: loanRate }, formats) => rate(loanRate, formats),
    title: ({ rate: loanRate }, formats) => exactRate(loanRate, formats),
  },
  {
    id: "maturityDate",
    header: "Maturity",
    order: "maturityDate",
    card: true,
    meaning:
      "The day it is expected to be repaid: the anticipated repayment date until that is past, else the maturity",
    width: 128,
    align: "end",
    cell: (line, formats) => <Maturity line={line} formats={formats} small />,
    title: expectedWords,
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
    cell: ({ ltv }, formats) => percent(ltv, formats),
    title: (line) => gaps(line, line.ltv),
  },
  {
    id: "debtYield",
    header: "Debt yield",
    order: "debtYield",
    meaning: "NOI ÷ balance",
    width: 88,
    align: "end",
    cell: ({ debtYield }, formats) => percent(debtYield, formats),
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
  {
    id: "status",
    header: "Status",
    order: "status",
    width: 112,
    cell: (line) => <StatusDot status={line.status} pastMaturity={isMatured(line, today)} />,
    title: ({ status }) => word(status),
  },
  ...MORE_COLUMNS,
];
