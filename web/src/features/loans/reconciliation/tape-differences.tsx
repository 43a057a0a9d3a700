"use client";

import { Anchor, Table, Text } from "@mantine/core";
import Link from "@/components/link";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FIGURES } from "./reconciliation-words";

/** Each figure that a tape reports otherwise than computed: both, by how much, and since when. */
export function TapeDifferences({ differences }: { differences: readonly Schemas["Difference"][] }) {
  const formats = useFormats();
  return (
    <Table.ScrollContainer minWidth={860} mah={520}>
      <Table aria-label="Differences" stickyHeader verticalSpacing={4} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Loan</Table.Th>
            <Table.Th scope="col">Figure</Table.Th>
            <Table.Th scope="col" ta="end">
              Reported
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Computed
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Difference
            </Table.Th>
            <Table.Th scope="col">Since</Table.Th>
            <Table.Th scope="col">Explanation</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map(({ number, period, figure, reported, computed, difference, since, reason }) => (
            <Table.Tr key={`${number} ${period} ${figure}`}>
              <Table.Th scope="row" fw={500}>
                <Anchor component={Link} href={`/loans/?q=${encodeURIComponent(number)}`} inherit>
                  {number}
                </Anchor>
              </Table.Th>
              <Table.Td>{FIGURES[figure]}</Table.Td>
              <Table.Td ta="end">
                <Amount value={reported} />
              </Table.Td>
              <Table.Td ta="end">
                <Amount value={computed} />
              </Table.Td>
              <Table.Td ta="end">
                <Amount value={difference} fw={600} />
              </Table.Td>
              <Table.Td>{date(since, formats)}</Table.Td>
              <Table.Td>
                <Text size="sm" lineClamp={2} title={reason ?? undefined}>
                  {reason ?? "–"}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
