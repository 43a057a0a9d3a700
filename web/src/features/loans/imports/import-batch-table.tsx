"use client";

import { Anchor, Progress, Stack, Table, Text } from "@mantine/core";
import Link from "@/components/link";

import { count, counted, date, fileSize } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Sending, SendingState } from "./api/import-batch";
import { isUnderWay } from "./api/imports";
import { ImportStateBadge } from "./import-state-badge";

const SENDING: Readonly<Record<SendingState, string>> = {
  waiting: "Waiting",
  sending: "Being sent",
  sent: "Sent",
  stopped: "Not sent",
  refused: "Refused",
  cancelled: "Not sent",
};

const COUNTS = ["created", "updated", "unchanged", "refused"] as const;

/** What became of each file of a batch. */
export function ImportBatchTable({ items, dryRun }: { items: readonly Sending[]; dryRun: boolean }) {
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table
        aria-label="Files of this batch"
        verticalSpacing={6}
        bg="var(--surface)"
        bd="1px solid var(--surface-border)"
        horizontalSpacing="sm"
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">File</Table.Th>
            <Table.Th scope="col" w={120}>
              Period
            </Table.Th>
            <Table.Th scope="col" w={170}>
              State
            </Table.Th>
            {COUNTS.map((name) => (
              <Table.Th key={name} scope="col" w={92} ta="end">
                {dryRun ? `To be ${name}` : name.charAt(0).toUpperCase() + name.slice(1)}
              </Table.Th>
            ))}
            <Table.Th scope="col" w={84} ta="end">
              Differ
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <BatchRow key={item.key} item={item} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function BatchRow({ item }: { item: Sending }) {
  const formats = useFormats();
  const work = item.import;
  const ready = work !== null && !isUnderWay(work) && work.state !== "failed";
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} maw={320}>
        <Text size="sm" truncate title={item.file.name} component="div">
          {work === null ? (
            item.file.name
          ) : (
            <Anchor component={Link} href={`/import/?id=${work.id}`} inherit>
              {item.file.name}
            </Anchor>
          )}
        </Text>
      </Table.Th>
      <Table.Td>{date(work?.period, formats)}</Table.Td>
      <Table.Td>
        <Stack gap={2}>
          {work !== null ? (
            <ImportStateBadge work={work} />
          ) : (
            <Text size="sm" c={item.state === "refused" ? "var(--negative)" : "dimmed"}>
              {item.state === "sending"
                ? `${fileSize(item.sent, formats)} of ${fileSize(item.file.size, formats)}`
                : SENDING[item.state]}
            </Text>
          )}
          {item.state === "sending" && (
            <Progress
              size="xs"
              value={item.file.size === 0 ? 0 : (item.sent / item.file.size) * 100}
              aria-label={`${item.file.name} sent`}
            />
          )}
          {work !== null && isUnderWay(work) && work.total > 0 && (
            <Text size="xs" c="dimmed">
              {`${count(work.done, formats)} of ${counted(work.total, "loan", "loans", formats)}`}
            </Text>
          )}
          {(item.problem !== null || work?.error != null) && (
            <Text size="xs" c="var(--negative)" style={{ overflowWrap: "anywhere" }}>
              {work?.error ?? item.problem?.message}
            </Text>
          )}
        </Stack>
      </Table.Td>
      {COUNTS.map((name) => (
        <Table.Td
          key={name}
          ta="end"
          c={name === "refused" && ready && work.refused > 0 ? "var(--negative)" : undefined}
        >
          {ready ? count(work[name], formats) : "–"}
        </Table.Td>
      ))}
      <Table.Td ta="end">{ready ? count(work.reconciliation.differs, formats) : "–"}</Table.Td>
    </Table.Tr>
  );
}
