"use client";

import { Anchor, ScrollArea, Table, Text } from "@mantine/core";

import { Amount } from "@/components/amount";
import Link from "@/components/link";
import { Surface } from "@/components/surface";
import { date, percent, ratio } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Stress } from "./api/stress";
import { TESTS } from "./what-if-words";

const HEADS = ["Balloon", "New loan", "Gap", "DSCR", "LTV"];

/** The loans whose balloons a new loan leaves most of uncovered; each leads to its refinance. */
export function WidestGaps({ lines, sized }: { lines: Stress["widestGaps"]; sized: number }) {
  const formats = useFormats();
  return (
    <Surface title="Widest gaps">
      {lines.length === 0 ? (
        <Text size="sm">
          {sized === 0
            ? "No balloon could be sized."
            : "New loans would pay every balloon that could be sized."}
        </Text>
      ) : (
        <ScrollArea>
          <Table aria-label="Widest gaps" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Loan</Table.Th>
                <Table.Th scope="col">Due</Table.Th>
                {HEADS.map((head) => (
                  <Table.Th scope="col" key={head} ta="end">
                    {head}
                  </Table.Th>
                ))}
                <Table.Th scope="col">Binds</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.map((line) => (
                <Table.Tr key={line.loanId}>
                  <Table.Th scope="row" fw={400}>
                    <Anchor component={Link} href={`/loan/?id=${line.loanId}&tab=refinance`} fz="sm">
                      {line.name}
                    </Anchor>
                  </Table.Th>
                  <Table.Td>{date(line.dueOn, formats)}</Table.Td>
                  {[line.balloon, line.proceeds, line.gap].map((amount, index) => (
                    <Table.Td ta="end" key={HEADS[index]}>
                      <Amount value={amount} short />
                    </Table.Td>
                  ))}
                  <Table.Td ta="end">{ratio(line.dscr, formats)}</Table.Td>
                  <Table.Td ta="end">{percent(line.ltv, formats)}</Table.Td>
                  <Table.Td>{TESTS[line.binding]}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea>
      )}
    </Surface>
  );
}
