"use client";

import { Anchor, ScrollArea, Table } from "@mantine/core";

import { moneyCell } from "@/components/table/cells";
import { count, percent, rate } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type Bucket, slotWords } from "./maturity-buckets";

const HEADS = [
  ...["Maturity", "Balance", "Share", "Loans", "Fixed", "Floating", "Stepped", "Rate"],
  ...["Due by schedule", "Without a schedule"],
];

/** The maturity wall as a table. */
export function MaturityTable({
  buckets,
  onPick,
}: {
  buckets: readonly Bucket[];
  onPick: (bucket: Bucket) => void;
}) {
  const formats = useFormats();
  return (
    <ScrollArea.Autosize mah={320}>
      <Table aria-label="Maturities" stickyHeader verticalSpacing={4} horizontalSpacing="xs" fz="sm">
        <Table.Thead>
          <Table.Tr>
            {HEADS.map((head, index) => (
              <Table.Th scope="col" key={head} ta={index === 0 ? undefined : "end"}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {buckets.map((bucket) => (
            <Table.Tr key={bucket.key}>
              <Table.Th scope="row" fw={400}>
                <Anchor component="button" type="button" fz="sm" onClick={() => onPick(bucket)}>
                  {slotWords(bucket, formats)}
                </Anchor>
                {bucket.past && " (past maturity)"}
              </Table.Th>
              <Table.Td ta="end">{moneyCell(bucket.balance, formats)}</Table.Td>
              <Table.Td ta="end">{percent(bucket.share, formats)}</Table.Td>
              <Table.Td ta="end">{count(bucket.loans, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bucket.fixed, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bucket.floating, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bucket.stepped, formats)}</Table.Td>
              <Table.Td ta="end">{rate(bucket.weightedRate, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bucket.dueBySchedule, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bucket.withoutSchedule, formats)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
