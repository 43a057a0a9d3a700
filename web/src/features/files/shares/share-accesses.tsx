"use client";

import { Button, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { accessesQuery } from "./api/shares";
import { OUTCOMES } from "./share-words";

/** Who tried to open a link, the latest first. */
export function ShareAccesses({ id }: { id: string }) {
  const formats = useFormats();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    accessesQuery(id),
  );
  if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const accesses = data.pages.flatMap((page) => page.items);
  if (accesses.length === 0) return <Text size="sm">Nobody has tried to open it yet.</Text>;
  return (
    <Stack gap="sm">
      <Table aria-label="Access log" verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">When</Table.Th>
            <Table.Th scope="col">Address</Table.Th>
            <Table.Th scope="col">Outcome</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {accesses.map((access) => (
            <Table.Tr key={access.id}>
              <Table.Td>{moment(access.at, formats)}</Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{access.address}</Table.Td>
              <Table.Td>{OUTCOMES[access.outcome]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
    </Stack>
  );
}
