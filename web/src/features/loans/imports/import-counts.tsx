"use client";

import { Paper, SimpleGrid, Stack, Text } from "@mantine/core";

import { Amount } from "@/components/amount";
import { count, exactRate } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Import } from "./api/imports";
import { PortfolioChange, signed } from "./portfolio-change";

/** What became of the loans, and the tape's control totals. */
export function ImportCounts({ work }: { work: Import }) {
  const formats = useFormats();
  const tiles = [
    { label: work.dryRun ? "To create" : "Created", value: count(work.created, formats) },
    { label: work.dryRun ? "To update" : "Updated", value: count(work.updated, formats) },
    { label: "Unchanged", value: count(work.unchanged, formats) },
    { label: "Rejected", value: count(work.refused, formats), bad: work.refused > 0 },
    { label: "Loans on the tape", value: count(work.loans, formats) },
    { label: "Properties on the tape", value: count(work.properties, formats) },
    ...(work.totals === null
      ? []
      : [
          { label: "Balance on the tape", value: <Amount value={work.totals.balance} /> },
          { label: "Weighted average rate", value: exactRate(work.totals.weightedRate, formats) },
        ]),
    // An import that is older than the portfolio's sums has only by how much they changed.
    ...(work.before !== null || work.balanceChange === null || work.loansChange === null
      ? []
      : [
          {
            label: work.dryRun ? "Outstanding would change by" : "Outstanding changed by",
            value: (
              <>
                {signed(work.balanceChange)}
                <Amount value={work.balanceChange} />
              </>
            ),
          },
          {
            label: work.dryRun ? "Outstanding loans would change by" : "Outstanding loans changed by",
            value: `${signed(String(work.loansChange))}${count(work.loansChange, formats)}`,
          },
        ]),
  ];
  return (
    <Stack gap="md">
      <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="xs" m={0}>
        {tiles.map(({ label, value, bad }) => (
          <Paper key={label} p="sm" bg="var(--surface)" bd="1px solid var(--surface-border)">
            <Text component="dt" size="xs" c="dimmed">
              {label}
            </Text>
            <Text
              component="dd"
              m={0}
              fz={{ base: "md", sm: "xl" }}
              fw={650}
              c={bad ? "var(--negative)" : undefined}
            >
              {value}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      <PortfolioChange work={work} />
    </Stack>
  );
}
