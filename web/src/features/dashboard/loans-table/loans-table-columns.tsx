import { Text } from "@mantine/core";

import { StatusDot } from "@/components/loan-status";
import { moneyCell } from "@/components/table/cells";
import type { Column } from "@/components/table/column";
import {
  date,
  exactRate,
  type Formats,
  money as exactMoney,
  percent,
  rate,
  word,
  dealOf,
  shortNumber,
} from "@/format/format";

import type { SettingValue } from "../filters/filters";
import type { LoanLine } from "../loan-lines/api/loan-lines";
import { Dscr } from "../loan-lines/dscr";
import { expectedWords } from "../loan-lines/expected-maturity";
import { Maturity } from "../loan-lines/maturity";
import { ratioWords } from "../loan-lines/ratio-words";
import { money, text, words } from "./loans-table-cells";
import { MORE_COLUMNS } from "./loans-table-more-columns";

/** The balance, and below it that it is by schedule where it is rolled forward to the date asked for. */
function Balance({ line, formats }: { line: LoanLine; formats: Formats }) {
  if (line.recordedBalance === null) return moneyCell(line.balance, formats);
  return (
    <Text span inherit display="block" lh={1.1}>
      {moneyCell(line.balance, formats)}
      <Text span display="block" size="0.6875rem" lh={1.1} c="dimmed">
        by schedule
      </Text>
    </Text>
  );
}

const rolledTitle = ({ recordedBalance, asOf }: LoanLine, formats: Formats): string | undefined =>
  recordedBalance === null
    ? undefined
    : `Rolled forward by schedule from ${exactMoney(recordedBalance, formats)}, reported as of ${date(asOf, formats)}`;

/** What the list of loans can show of each, with DSCRs from a source. */
export const loanColumns = (source: SettingValue<"source">): readonly Column<LoanLine>[] => [
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
    cell: (line, formats) => <Balance line={line} formats={formats} />,
    title: rolledTitle,
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
    cell: (line, formats) => <Dscr line={line} source={source} formats={formats} />,
    title: (line, formats) => ratioWords(line, line.dscr, formats),
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
    title: (line, formats) => ratioWords(line, line.ltv, formats),
  },
  {
    id: "debtYield",
    header: "Debt yield",
    order: "debtYield",
    meaning: "NOI ÷ balance",
    width: 88,
    align: "end",
    cell: ({ debtYield }, formats) => percent(debtYield, formats),
    title: (line, formats) => ratioWords(line, line.debtYield, formats),
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
    cell: (line) => <StatusDot status={line.status} pastMaturity={line.pastMaturity} />,
    title: ({ status }) => word(status),
  },
  ...MORE_COLUMNS,
];
