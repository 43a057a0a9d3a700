"use client";

import { ScrollArea, Table } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { count, month } from "@/format/format";
import { useFormats } from "@/format/formats";

import { breakWords } from "../figures/break-words";
import { FIGURE_WORDS, figureText } from "../figures/figure-words";
import { EVIDENCE_WORDS } from "./history-chart";

/** The history as a table, the latest month first. */
export function HistoryTable({ history }: { history: Schemas["FigureHistory"] }) {
  const formats = useFormats();
  const months = history.evidence.map((evidence, index) => ({
    evidence,
    points: history.series.flatMap(({ figure, points }) => {
      const point = points[index];
      return point === undefined ? [] : [{ figure, point, kind: FIGURE_WORDS[figure].kind }];
    }),
  }));
  return (
    <ScrollArea.Autosize mah={320}>
      <Table aria-label="History" stickyHeader verticalSpacing={4} horizontalSpacing="xs" fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Month</Table.Th>
            {history.series.map(({ figure }) => (
              <Table.Th scope="col" key={figure} ta="end">
                {FIGURE_WORDS[figure].label}
              </Table.Th>
            ))}
            {["Loans", "Not included", ...Object.values(EVIDENCE_WORDS)].map((head) => (
              <Table.Th scope="col" key={head} ta="end">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {months.toReversed().map(({ evidence, points }) => (
            <Table.Tr key={evidence.month}>
              <Table.Th scope="row" fw={400}>
                {month(evidence.month, formats)}
              </Table.Th>
              {points.map(({ figure, point, kind }) => (
                <Table.Td key={figure} ta="end" title={breakWords([point], formats) ?? undefined}>
                  <span className={kind === "money" ? "amount" : undefined}>
                    {figureText(kind, point.value, formats)}
                  </span>
                </Table.Td>
              ))}
              <Table.Td ta="end">
                {points.map(({ point }) => count(point.loans, formats)).join(" / ")}
              </Table.Td>
              <Table.Td ta="end">
                {points.map(({ point }) => count(point.leftOut, formats)).join(" / ")}
              </Table.Td>
              <Table.Td ta="end">{count(evidence.reported, formats)}</Table.Td>
              <Table.Td ta="end">{count(evidence.scheduled, formats)}</Table.Td>
              <Table.Td ta="end">{count(evidence.carried, formats)}</Table.Td>
              <Table.Td ta="end">{count(evidence.unknown, formats)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
