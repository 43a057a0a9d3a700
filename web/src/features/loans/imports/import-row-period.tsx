"use client";

import { Table, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FIGURES, rateOfPeriod } from "../reconciliation/reconciliation-words";

/** A reported period beside the computed one; figures that differ say so. */
export function ImportRowPeriod({ period }: { period: Schemas["PeriodReconciliation"] }) {
  const formats = useFormats();
  const figures = [
    ["beginning_balance", period.beginningBalance, period.computedBeginningBalance],
    ["interest", period.interest, period.computedInterest],
    ["principal", period.principal, period.computedPrincipal],
    ["ending_balance", period.endingBalance, period.computedEndingBalance],
  ] as const;
  const convention = period.convention == null ? undefined : `By another convention: ${period.convention}`;
  const rate = rateOfPeriod(period, formats) ?? undefined;
  const notes = [rate, convention, period.reason, ...(period.notes ?? [])].filter(
    (note) => note !== undefined,
  );
  return (
    <div>
      <Table withTableBorder verticalSpacing={3} aria-label="Reported and computed" layout="fixed" maw={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">
              {period.dueDate === undefined
                ? "Reported and computed"
                : `Due ${date(period.dueDate, formats)}`}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Reported
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Computed
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {figures.map(([figure, reported, computed]) => {
            const differs = period.differing?.includes(figure) ?? false;
            return (
              <Table.Tr key={figure} c={differs ? "var(--negative)" : undefined}>
                <Table.Td>{differs ? `${FIGURES[figure]} differs` : FIGURES[figure]}</Table.Td>
                <Table.Td ta="end">
                  <Amount value={reported} />
                </Table.Td>
                <Table.Td ta="end">
                  <Amount value={computed} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {notes.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {notes.join("; ")}
        </Text>
      )}
    </div>
  );
}
