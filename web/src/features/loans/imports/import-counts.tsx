"use client";

import { Paper, SimpleGrid, Text } from "@mantine/core";

import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Import } from "./api/imports";

/** How many loans were created, updated, left unchanged and refused. */
export function ImportCounts({ work }: { work: Import }) {
  const tiles = [
    { label: work.dryRun ? "To create" : "Created", value: work.created },
    { label: work.dryRun ? "To update" : "Updated", value: work.updated },
    { label: "Unchanged", value: work.unchanged },
    { label: work.dryRun ? "Rejected" : "Rejected", value: work.refused, bad: work.refused > 0 },
    { label: "Loans on the tape", value: work.loans },
    { label: "Properties on the tape", value: work.properties },
  ];
  const formats = useFormats();
  return (
    <SimpleGrid component="dl" cols={{ base: 2, xs: 3, md: 6 }} spacing="xs" m={0}>
      {tiles.map(({ label, value, bad }) => (
        <Paper key={label} p="sm" bg="var(--surface)" bd="1px solid var(--surface-border)">
          <Text component="dt" size="xs" c="dimmed">
            {label}
          </Text>
          <Text component="dd" m={0} fz="xl" fw={650} c={bad ? "var(--negative)" : undefined}>
            {count(value, formats)}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
