"use client";

import { ScrollArea, Table, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { Surface } from "@/components/surface";
import { type Formats, percent, ratio } from "@/format/format";
import { useFormats } from "@/format/formats";

import { TESTS } from "./what-if-words";

type Point = Schemas["BreakingPoint"];

const LEVERS: Readonly<Record<Point["lever"], string>> = {
  income: "NOI falls by",
  rate: "Rates rise by",
  cap_rate: "Cap rates rise by",
};

/** What it takes to break the limits of the new loan on today's debt: each move alone, then NOI and rates together. */
export function BreakingPoints({ points }: { points: readonly Point[] }) {
  const formats = useFormats();
  return (
    <Surface title="What it takes">
      <Text size="xs" c="dimmed" mb="xs">
        The largest move with which the loans as they are today keep a limit of the new loan; 0.01% more
        breaks it. Below, NOI and rates move together.
      </Text>
      <ScrollArea>
        <Table aria-label="What it takes" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Test</Table.Th>
              <Table.Th scope="col" ta="end">
                Limit
              </Table.Th>
              <Table.Th scope="col">Move</Table.Th>
              <Table.Th scope="col" ta="end">
                Up to
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map((point, place) => (
              <Table.Tr key={place}>
                <Table.Th scope="row" fw={400}>
                  {TESTS[point.test]}
                </Table.Th>
                <Table.Td ta="end">
                  {point.test === "dscr" ? ratio(point.limit, formats) : percent(point.limit, formats)}
                </Table.Td>
                <Table.Td>{moveWords(point, formats)}</Table.Td>
                <Table.Td ta="end">{reachWords(point, formats)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Surface>
  );
}

const moveWords = ({ lever, rateShift }: Point, formats: Formats): string =>
  /[1-9]/.test(rateShift)
    ? `${LEVERS[lever]}, with rates up by ${percent(rateShift, formats)}`
    : LEVERS[lever];

function reachWords({ holds, move, most }: Point, formats: Formats): string {
  if (holds === null) return "Unknown";
  if (!holds) return "Broken today";
  return move === null ? `More than ${percent(most, formats)}` : percent(move, formats);
}
