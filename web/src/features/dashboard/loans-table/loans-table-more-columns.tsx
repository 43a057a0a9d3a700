import type { Column } from "@/components/table/column";
import { count, percent, word } from "@/format/format";

import type { LoanLine } from "../loan-lines/api/loan-lines";
import { day, money, text } from "./loans-table-cells";

/** What the list of loans shows of each only where somebody chose it. */
export const MORE_COLUMNS: readonly Column<LoanLine>[] = [
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
    header: "Allocated balance",
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
    cell: ({ occupancy }, formats) => percent(occupancy, formats),
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
