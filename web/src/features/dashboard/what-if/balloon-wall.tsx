"use client";

import { ScrollArea, SegmentedControl, Table, Text } from "@mantine/core";
import { useCallback } from "react";

import type { Schemas } from "@/api/client";
import { Chart, type ChartColors } from "@/components/chart/chart";
import { HowComputed } from "@/components/explained/how-computed";
import { moneyCell } from "@/components/table/cells";
import { count, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { ChartOrTable } from "../figures/chart-or-table";
import { SPANS } from "../maturities/maturity-buckets";
import type { Stress } from "./api/stress";
import { balloonOption, wallWords } from "./balloon-option";
import { STACK } from "./what-if-words";

const PAPER = { width: 700, height: 300 };

/** The balloons that fall due, and what new loans would pay of them, beside what is owed today. */
export function BalloonWall({
  data,
  by,
  onBy,
}: {
  data: Stress;
  by: Schemas["Span"];
  onBy: (by: Schemas["Span"]) => void;
}) {
  const formats = useFormats();
  const option = useCallback(
    (colors: ChartColors) => balloonOption(data.wall, formats, colors),
    [data.wall, formats],
  );
  return (
    <ChartOrTable
      title="Wall of balloons"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Group by"
          data={SPANS.map((value) => ({ value, label: word(value) }))}
          value={by}
          onChange={(value) => onBy(value)}
        />
      }
      controls={
        <Text size="xs" c="dimmed" component="div">
          Principal due at maturity by the loans’ schedules, split by what a new loan would pay. The diamonds
          are today’s balances of the same loans.
          <HowComputed name="the wall of balloons" how={data.explained?.balloon} />
          <HowComputed name="financeable" how={data.explained?.financeable} />
          <HowComputed name="extended" how={data.explained?.extended} />
        </Text>
      }
      chart={<Chart height={340} paper={PAPER} label={wallWords(data.wall, by, formats)} option={option} />}
      table={() => <BalloonTable data={data} />}
    />
  );
}

function BalloonTable({ data }: { data: Stress }) {
  const formats = useFormats();
  const rows = [...data.wall, { ...data.total, key: "Total", past: false }];
  return (
    <ScrollArea.Autosize mah={420}>
      <Table aria-label="Wall of balloons" stickyHeader verticalSpacing={4} horizontalSpacing="xs" fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Maturity</Table.Th>
            {["Loans", "Balance today", "Balloons", ...STACK.map(([, label]) => label)].map((head) => (
              <Table.Th scope="col" key={head} ta="end">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((bar) => (
            <Table.Tr key={bar.key}>
              <Table.Th scope="row" fw={bar.key === "Total" ? 600 : 400}>
                {bar.key}
                {bar.past && " (past maturity)"}
              </Table.Th>
              <Table.Td ta="end">{count(bar.loans, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bar.balance, formats)}</Table.Td>
              <Table.Td ta="end">{moneyCell(bar.balloon, formats)}</Table.Td>
              {STACK.map(([name]) => (
                <Table.Td ta="end" key={name}>
                  {moneyCell(bar[name], formats)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
