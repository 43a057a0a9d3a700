"use client";

import { Anchor, ScrollArea, Table } from "@mantine/core";

import { moneyCell } from "@/components/table/cells";
import { count, month } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Forecast, MonthOfLoans } from "./api/forecast";
import { isSome } from "./forecast-words";

type Amounts = Forecast["total"];

const HEADS: readonly (readonly [keyof Amounts, string])[] = [
  ["debtService", "Debt service"],
  ["balloon", "Balloons"],
  ["interest", "Interest"],
  ["projectedInterest", "of it projected"],
  ["principal", "Principal"],
  ["total", "All"],
];

/** What falls due by month; a month leads to the loans that pay then. */
export function ForecastTable({ data, onPick }: { data: Forecast; onPick: (month: MonthOfLoans) => void }) {
  const formats = useFormats();
  const heads = HEADS.filter(
    ([name]) => name !== "projectedInterest" || isSome(data.total.projectedInterest),
  );
  return (
    <ScrollArea.Autosize mah={560} viewportProps={{ tabIndex: 0, role: "region", "aria-label": "By month" }}>
      <Table
        aria-label="Debt service by month"
        stickyHeader
        verticalSpacing={4}
        horizontalSpacing="xs"
        fz="sm"
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Month</Table.Th>
            {[...heads.map(([, label]) => label), "Loans", "Repaid"].map((label) => (
              <Table.Th scope="col" ta="end" key={label}>
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.months.map((due) => (
            <Table.Tr key={due.month}>
              <Table.Th scope="row" fw={400} style={{ whiteSpace: "nowrap" }}>
                {due.loans === 0 ? (
                  month(due.month, formats)
                ) : (
                  <Anchor component="button" type="button" fz="sm" mih={24} onClick={() => onPick(due)}>
                    {month(due.month, formats)}
                  </Anchor>
                )}
              </Table.Th>
              {heads.map(([name]) => (
                <Table.Td ta="end" key={name}>
                  {moneyCell(due[name], formats)}
                </Table.Td>
              ))}
              <Table.Td ta="end">{count(due.loans, formats)}</Table.Td>
              <Table.Td ta="end">{count(due.balloons, formats)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            {heads.map(([name]) => (
              <Table.Th ta="end" key={name}>
                {moneyCell(data.total[name], formats)}
              </Table.Th>
            ))}
            <Table.Th />
            <Table.Th />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </ScrollArea.Autosize>
  );
}
