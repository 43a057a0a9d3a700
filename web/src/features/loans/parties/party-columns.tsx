import type { PartyKind } from "@/api/parties";
import { moneyCell } from "@/components/table/cells";
import type { Column } from "@/components/table/column";
import { count, date, percent, ratio, UNKNOWN, word } from "@/format/format";

import type { ListItems } from "../records/api/party";
import { type ExposureCell, owed } from "./exposure-columns";

type ColumnsOf = {
  [K in PartyKind]: (Exposure: ExposureCell | undefined) => readonly Column<ListItems[K]>[];
};

const name = <Row extends { name: string }>(grow = true): Column<Row> => ({
  id: "name",
  header: "Name",
  width: 196,
  grow,
  order: "name",
  cell: (row) => <bdi>{row.name}</bdi>,
  title: (row) => row.name,
});

/** The columns of each list. */
export const PARTY_COLUMNS: ColumnsOf = {
  lenders: (Exposure) => [
    name(),
    {
      id: "type",
      header: "Type",
      width: 124,
      order: "lenderType",
      card: true,
      cell: (row) => word(row.lenderType),
    },
    ...owed<ListItems["lenders"]>("lenderId", Exposure),
    {
      id: "smallest",
      header: "Criteria: min. loan",
      meaning: "Lending criteria: the smallest loan it makes",
      width: 150,
      hidden: true,
      align: "end",
      cell: ({ appetite }, formats) => moneyCell(appetite.smallestLoan, formats),
    },
    {
      id: "largest",
      header: "Criteria: max. loan",
      meaning: "Lending criteria: the largest loan it makes",
      width: 150,
      hidden: true,
      align: "end",
      cell: ({ appetite }, formats) => moneyCell(appetite.largestLoan, formats),
    },
    {
      id: "ltv",
      header: "Criteria: max. LTV",
      meaning: "Lending criteria: the highest loan to value",
      width: 140,
      hidden: true,
      align: "end",
      cell: ({ appetite }, formats) => percent(appetite.highestLtv, formats),
    },
    {
      id: "dscr",
      header: "Criteria: min. DSCR",
      meaning: "Lending criteria: the lowest DSCR",
      width: 150,
      hidden: true,
      align: "end",
      cell: ({ appetite }, formats) => ratio(appetite.lowestDscr, formats),
    },
    {
      id: "contact",
      header: "Contact",
      width: 150,
      hidden: true,
      cell: ({ contacts }) => contacts[0]?.name ?? UNKNOWN,
      title: ({ contacts }) => contacts[0]?.email,
    },
  ],
  funds: (Exposure) => [
    name(),
    {
      id: "type",
      header: "Type",
      width: 116,
      order: "fundType",
      card: true,
      cell: (row) => word(row.fundType),
    },
    ...owed<ListItems["funds"]>("fundId", Exposure),
    {
      id: "commitment",
      header: "Commitment",
      width: 150,
      align: "end",
      cell: (row, formats) => moneyCell(row.commitment, formats),
    },
    {
      id: "deployed",
      header: "Deployed",
      width: 150,
      align: "end",
      cell: (row, formats) => moneyCell(row.deployed, formats),
    },
    {
      id: "return",
      header: "Target return",
      width: 112,
      align: "end",
      cell: (row, formats) => percent(row.targetReturn, formats),
    },
    {
      id: "vintage",
      header: "Vintage",
      width: 80,
      align: "end",
      cell: ({ vintage }) => vintage ?? UNKNOWN,
    },
  ],
  portfolios: (Exposure) => [
    name(),
    ...owed<ListItems["portfolios"]>("portfolioId", Exposure),
    {
      id: "strategy",
      header: "Strategy",
      width: 180,
      card: true,
      cell: ({ strategy }) => strategy ?? UNKNOWN,
      title: ({ strategy }) => strategy,
    },
    { id: "manager", header: "Manager", width: 150, cell: ({ manager }) => manager ?? UNKNOWN },
    { id: "risk", header: "Risk profile", width: 120, cell: ({ riskProfile }) => riskProfile ?? UNKNOWN },
    {
      id: "return",
      header: "Target return",
      width: 112,
      align: "end",
      cell: (row, formats) => percent(row.targetReturn, formats),
    },
  ],
  properties: () => [
    name(),
    {
      id: "type",
      header: "Type",
      width: 150,
      order: "propertyType",
      card: true,
      cell: (row) => word(row.propertyType),
    },
    {
      id: "city",
      header: "City",
      width: 120,
      order: "city",
      cell: ({ city }) => city ?? UNKNOWN,
      title: ({ city }) => city,
    },
    {
      id: "state",
      header: "State",
      width: 68,
      order: "state",
      card: true,
      cell: ({ state }) => state ?? UNKNOWN,
    },
    {
      id: "value",
      header: "Value",
      width: 150,
      align: "end",
      card: true,
      cell: ({ value }, formats) => moneyCell(value, formats),
      title: ({ valueAsOf }, formats) => (valueAsOf === null ? null : `As of ${date(valueAsOf, formats)}`),
    },
    {
      id: "noi",
      header: "NOI",
      width: 136,
      align: "end",
      cell: ({ netOperatingIncome }, formats) => moneyCell(netOperatingIncome, formats),
      title: (row, formats) =>
        row.netOperatingIncomeAsOf === null ? null : `Year to ${date(row.netOperatingIncomeAsOf, formats)}`,
    },
    {
      id: "occupancy",
      header: "Occupancy",
      width: 98,
      align: "end",
      cell: ({ occupancy }, formats) => percent(occupancy, formats),
    },
    {
      id: "area",
      header: "Square feet",
      width: 106,
      align: "end",
      cell: ({ squareFeet }, formats) => count(squareFeet, formats),
    },
    {
      id: "units",
      header: "Units",
      width: 76,
      align: "end",
      cell: ({ units }, formats) => count(units, formats),
    },
    {
      id: "built",
      header: "Built",
      width: 68,
      align: "end",
      order: "yearBuilt",
      cell: ({ yearBuilt }) => yearBuilt ?? UNKNOWN,
    },
    {
      id: "deal",
      header: "Deal",
      width: 140,
      hidden: true,
      cell: ({ deal }) => deal ?? UNKNOWN,
      title: ({ deal }) => deal,
    },
    {
      id: "address",
      header: "Address",
      width: 200,
      hidden: true,
      cell: ({ address }) => address ?? UNKNOWN,
      title: ({ address }) => address,
    },
  ],
};
