"use client";

import { Anchor, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { UNKNOWN } from "@/format/format";

import { differenceQuery, type ReportRun } from "./api/reports";

const WORDS = { added: "Added", removed: "Removed" } as const;

/** What differs from the run before this one that was asked for alike, cell by cell. */
export function ReportDifference({ run }: { run: ReportRun }) {
  const { data, error, refetch } = useQuery(differenceQuery(run.id));
  return (
    <Surface>
      <Stack gap="sm">
        <Title order={2} size="h4">
          Since the run before
        </Title>
        {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton h={80} radius="md" />}
        {data !== undefined && (
          <>
            <Text size="sm" c="dimmed">
              {data.items.length === 0
                ? "No cell differs from "
                : data.complete
                  ? "Every cell that differs from "
                  : "The first 1,000 differences from "}
              <Anchor component={Link} href={`/report/?id=${data.earlierId}`} inherit>
                the earlier report
              </Anchor>
              .
            </Text>
            {data.items.length > 0 && (
              <Table.ScrollContainer minWidth={560}>
                <Table aria-label="Differences" verticalSpacing={4}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Sheet</Table.Th>
                      <Table.Th>Row</Table.Th>
                      <Table.Th>Column</Table.Th>
                      <Table.Th>Before</Table.Th>
                      <Table.Th>Now</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {data.items.map(({ sheet, row, column, change, before, after }, place) => (
                      // Rows of one name may stand in a sheet twice.
                      <Table.Tr key={place}>
                        <Table.Td>{sheet}</Table.Td>
                        <Table.Td>{row}</Table.Td>
                        <Table.Td>{change === "changed" ? column : WORDS[change]}</Table.Td>
                        <Table.Td>{before ?? UNKNOWN}</Table.Td>
                        <Table.Td>{after ?? UNKNOWN}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
          </>
        )}
      </Stack>
    </Surface>
  );
}
