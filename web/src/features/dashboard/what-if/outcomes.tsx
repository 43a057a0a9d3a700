"use client";

import { Group, ScrollArea, Table, Text } from "@mantine/core";

import { HowComputed } from "@/components/explained/how-computed";
import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loansWords } from "../figures/figure-details";
import type { Stress } from "./api/stress";
import { FIGURES, figureWords, LEFT_OUT, PARTS } from "./what-if-words";

/** The loans today, under each part of the shock alone, and under all of it. */
export function Outcomes({ data }: { data: Stress }) {
  const formats = useFormats();
  return (
    <Surface title="What it does">
      <Text size="sm" mb="xs">
        {`${count(data.measured, formats)} of ${loansWords(data.loans, formats)}, `}
        <Amount value={data.measuredBalance} />
        {" of "}
        <Amount value={data.balance} />
      </Text>
      <ScrollArea>
        <Table aria-label="What it does" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Figure</Table.Th>
              {data.outcomes.map(({ part }) => (
                <Table.Th scope="col" key={part} ta="end">
                  {PARTS[part]}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {FIGURES.map(([name, label, kind, explained]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  <Group gap={2} wrap="nowrap">
                    {label}
                    <HowComputed name={label} how={data.explained?.[explained ?? name]} />
                  </Group>
                </Table.Th>
                {data.outcomes.map((outcome) => (
                  <Table.Td key={outcome.part} ta="end" fw={outcome.part === "joint" ? 600 : undefined}>
                    {kind === "money" ? (
                      <Amount value={outcome[name]} short />
                    ) : (
                      figureWords(kind, outcome[name], formats)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th scope="row" fw={400}>
                Loans with a gap
              </Table.Th>
              {data.outcomes.map((outcome) => (
                <Table.Td key={outcome.part} ta="end">
                  {count(outcome.gapLoans, formats)}
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {Object.entries(data.leftOut).map(([name, leftOut]) =>
        leftOut.reasons.map(({ reason, count: loans, balance }) => (
          <Text size="xs" mt={4} key={name + reason}>
            {`${LEFT_OUT[name] ?? name}: ${loansWords(loans, formats)}, `}
            <Amount value={balance} short />
            {`: ${reason}`}
          </Text>
        )),
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {data.convention}
      </Text>
    </Surface>
  );
}
