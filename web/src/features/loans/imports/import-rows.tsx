"use client";

import { Button, Group, SegmentedControl, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { useAddress } from "@/components/address";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Download } from "@/components/download";
import { type Import, importRowsQuery, type RowOutcome } from "./api/imports";
import { newNames } from "./import-changes";
import { ImportRowLines } from "./import-row";
import { OUTCOME_WORDS, OUTCOMES, PREVIEW_WORDS } from "./import-words";

/** What became, or would become, of each loan of the tape. */
export function ImportRows({ work }: { work: Import }) {
  const formats = useFormats();
  const words = work.dryRun ? PREVIEW_WORDS : OUTCOME_WORDS;
  const [search, go] = useAddress();
  const outcome = OUTCOMES.find((known) => known === search.get("outcome"));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage, isPending } =
    useInfiniteQuery(importRowsQuery(work.id, outcome));
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const choose = (value: string) => go({ outcome: value === "all" ? null : value });
  return (
    <Surface
      title="Loans"
      actions={
        work.refused > 0 && (
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              Rejection reasons
            </Text>
            <Download path={`/api/v1/imports/${work.id}/errors`} name={`errors ${work.fileName}.csv`} />
          </Group>
        )
      }
    >
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Filter rows"
          size="xs"
          className="no-print"
          style={{ alignSelf: "flex-start", maxWidth: "100%", flexWrap: "wrap" }}
          value={outcome ?? "all"}
          onChange={choose}
          data={[
            { value: "all", label: `All ${count(work.loans, formats)}` },
            ...OUTCOMES.map((value) => ({
              value,
              label: `${words[value].label} ${count(countOf(work, value), formats)}`,
            })),
          ]}
        />
        {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
        {isPending && error === null ? (
          <Stack gap={6}>
            {[0, 1, 2, 3, 4, 5].map((line) => (
              <Skeleton key={line} h={28} />
            ))}
          </Stack>
        ) : rows.length === 0 && !hasNextPage ? (
          <Text size="sm" c="dimmed">
            {outcome === undefined ? "No rows." : `No rows ${outcome === "refused" ? "rejected" : outcome}.`}
          </Text>
        ) : (
          rows.length > 0 && (
            <Table.ScrollContainer minWidth={640}>
              <Table aria-label="Rows of the tape" verticalSpacing={4}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col" w={36} aria-label="Details" />
                    <Table.Th scope="col">Loan</Table.Th>
                    <Table.Th scope="col">Name</Table.Th>
                    <Table.Th scope="col">Period to</Table.Th>
                    <Table.Th scope="col">Outcome</Table.Th>
                    <Table.Th scope="col">Reconciliation</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row, index) => (
                    <ImportRowLines
                      key={index}
                      row={row}
                      importId={work.id}
                      made={work.dryRun ? newNames(rows) : null}
                      gone={work.state === "undone"}
                      opened={outcome === "refused" || (rows.length === 1 && !hasNextPage)}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        )}
        {hasNextPage && (
          <Group gap="sm">
            <Button
              size="xs"
              variant="default"
              loading={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              Show more rows
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {`${count(rows.length, formats)} of ${count(outcome === undefined ? work.loans : countOf(work, outcome), formats)}`}
            </Text>
          </Group>
        )}
      </Stack>
    </Surface>
  );
}

const countOf = (work: Import, outcome: RowOutcome): number => work[outcome];
