"use client";

import { ActionIcon, Box, Button, Center, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";

import { useAddress } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { day, moment, time } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Actor } from "./actor";
import classes from "./journal.module.css";

export interface JournalEntry {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly actorName?: string | null;
}

interface Page<Entry> {
  readonly items: readonly Entry[];
  readonly next: string | null;
  readonly endedEarly: boolean;
  readonly lookedBackTo: string | null;
}

/** What the list needs of TanStack's infinite query. */
export interface JournalSearch<Entry> {
  readonly data: { readonly pages: readonly Page<Entry>[] } | undefined;
  readonly error: Error | null;
  readonly isFetchingNextPage: boolean;
  readonly isPlaceholderData: boolean;
  readonly refetch: () => unknown;
  readonly fetchNextPage: () => unknown;
}

const SKELETONS = [1, 2, 3, 4, 5];
const COLUMNS = 4;

/** The entries of a journal, newest first; the one that the address bar names is open. */
export function JournalEntries<Entry extends JournalEntry>({
  label,
  search,
  summary,
  detail,
}: {
  label: string;
  search: JournalSearch<Entry>;
  summary: (entry: Entry) => ReactNode;
  detail: (entry: Entry) => ReactNode;
}) {
  const [address, setAddress] = useAddress();
  const formats = useFormats();
  const { data, error } = search;
  const entries = data?.pages.flatMap(({ items }) => items);
  const last = data?.pages.at(-1);
  const open = Number(address.get("entry"));
  return (
    <Surface p={0} style={{ overflow: "hidden" }}>
      {entries === undefined && (
        <Stack p="md" gap="xs" aria-busy={!error} aria-label={error ? undefined : "Loading"}>
          {error ? (
            <ProblemNotice problem={error} onRetry={() => void search.refetch()} />
          ) : (
            SKELETONS.map((row) => <Skeleton key={row} h={32} />)
          )}
        </Stack>
      )}
      {entries?.length === 0 && last?.next == null && (
        <EmptyState title="No changes match">Clear or widen the filters.</EmptyState>
      )}
      {entries !== undefined && entries.length > 0 && (
        <Table
          aria-label={label}
          verticalSpacing={6}
          className={classes.entries}
          style={{ opacity: search.isPlaceholderData ? 0.6 : 1 }}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Entry</Table.Th>
              <Table.Th scope="col">When</Table.Th>
              <Table.Th scope="col" visibleFrom="sm">
                Who
              </Table.Th>
              <Table.Th scope="col">What</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry, index) => {
              const { sequence } = entry;
              const isOpen = sequence === open;
              const on = day(entry.at, formats);
              const before = entries[index - 1];
              return (
                <Fragment key={sequence}>
                  {(before === undefined || day(before.at, formats) !== on) && (
                    <Table.Tr>
                      <Table.Th scope="rowgroup" colSpan={COLUMNS} className={classes.day}>
                        {on}
                      </Table.Th>
                    </Table.Tr>
                  )}
                  <Table.Tr>
                    <Table.Th scope="row" fw={400} className={classes.narrow}>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={24}
                        aria-expanded={isOpen}
                        aria-label={`Entry ${sequence}`}
                        onClick={() => setAddress({ entry: isOpen ? null : String(sequence) })}
                      >
                        <IconChevronRight
                          size={16}
                          aria-hidden
                          className={isOpen ? classes.turned : undefined}
                        />
                      </ActionIcon>
                      <Text span size="sm" c="dimmed">
                        {sequence}
                      </Text>
                    </Table.Th>
                    <Table.Td className={classes.when}>
                      <time dateTime={entry.at} title={moment(entry.at, formats)}>
                        {time(entry.at, formats)}
                      </time>
                      <Text size="xs" c="dimmed" hiddenFrom="sm">
                        <Actor id={entry.actor} name={entry.actorName} />
                      </Text>
                    </Table.Td>
                    <Table.Td visibleFrom="sm" className={classes.who}>
                      <Actor id={entry.actor} name={entry.actorName} />
                    </Table.Td>
                    <Table.Td>{summary(entry)}</Table.Td>
                  </Table.Tr>
                  {isOpen && (
                    <Table.Tr>
                      <Table.Td colSpan={COLUMNS} className={classes.open}>
                        {detail(entry)}
                      </Table.Td>
                    </Table.Tr>
                  )}
                </Fragment>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
      {last?.next != null && (
        <Stack p="sm" gap="xs" align="center">
          {last.endedEarly && (
            <Text size="sm" c="dimmed">
              Looked back to {moment(last.lookedBackTo, formats)} so far.
            </Text>
          )}
          <Center>
            <Button
              variant="default"
              onClick={() => void search.fetchNextPage()}
              loading={search.isFetchingNextPage}
            >
              {last.endedEarly ? "Look further back" : "Show older ones"}
            </Button>
          </Center>
        </Stack>
      )}
      {entries !== undefined && error && (
        <Box p="sm">
          <ProblemNotice problem={error} onRetry={() => void search.refetch()} />
        </Box>
      )}
    </Surface>
  );
}
