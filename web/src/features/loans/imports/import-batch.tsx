"use client";

import { Alert, Anchor, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import Link from "@/components/link";
import { Fragment } from "react";

import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import {
  type Batch,
  cancelBatch,
  forgetBatch,
  isSending,
  type Sending,
  type SendFiles,
  triedFiles,
} from "./api/import-batch";
import { isUnderWay } from "./api/imports";
import { ImportBatchTable } from "./import-batch-table";
import { BatchUndo } from "./import-undo";

/** Files on their way: how far all of them are together, and what became of each. */
export function ImportBatch({ batch, onSend }: { batch: Batch; onSend: (what: SendFiles | null) => void }) {
  const client = useQueryClient();
  const formats = useFormats();
  const { items, dryRun } = batch;
  const sending = isSending(batch);
  const arrived = items.filter((item) => item.import !== null);
  const finished = items.filter(isFinished);
  const halted = items.find(({ state }) => state === "stopped" || state === "cancelled");
  const done = !sending && halted === undefined && finished.length === items.length;
  const files = counted(items.length, "file", "files", formats);
  const title = done
    ? dryRun
      ? `Dry run of ${files}`
      : `${files} imported`
    : dryRun
      ? `Trying ${files}`
      : `Importing ${files}`;
  return (
    <Stack gap="md">
      <Surface
        title={refusedOf(items) > 0 && done && !dryRun ? `${files} read` : title}
        actions={
          <Group gap="xs">
            {sending && (
              <Button size="compact-sm" variant="default" onClick={() => cancelBatch(client)}>
                Cancel
              </Button>
            )}
            {halted !== undefined && !sending && (
              <Button size="compact-sm" onClick={() => onSend(null)}>
                Resume
              </Button>
            )}
            {done && dryRun && (
              <Button size="compact-sm" onClick={() => onSend(triedFiles(batch))}>
                {items.length === 1 ? "Import" : `Import ${items.length} files`}
              </Button>
            )}
            {done && <BatchUndo batch={batch} />}
            {!sending && (
              <Button size="compact-sm" variant="default" onClick={() => forgetBatch(client)}>
                Choose other files
              </Button>
            )}
          </Group>
        }
      >
        <Stack gap="xs">
          <Progress
            value={shareOf(items) * 100}
            size="lg"
            aria-label="All files together"
            color={halted === undefined ? undefined : "orange"}
            animated={sending}
          />
          <Text size="sm" role="status">
            {`${arrived.length} of ${items.length} sent, ${finished.length} of ${items.length} ${dryRun ? "tried" : "read"}.`}
            {!sending &&
              !done &&
              halted === undefined &&
              " You can leave this page; the import continues on the server."}
          </Text>
          {sending && (
            <Text size="sm" c="dimmed">
              You may go to other pages meanwhile, but keep this tab open until all files are sent.
            </Text>
          )}
          {halted?.state === "stopped" && halted.problem !== null && (
            <ProblemNotice problem={halted.problem} />
          )}
          {halted?.state === "cancelled" && (
            <Alert color="gray" title="Cancelled">
              {arrived.length === 0
                ? "Nothing was sent."
                : `${counted(arrived.length, "file was", "files were", formats)} sent before, and stay: each can be undone on its own page.`}
            </Alert>
          )}
          {done && !dryRun && (
            <Text size="sm">
              See{" "}
              <Anchor component={Link} href="/dashboard/" inherit>
                the dashboard
              </Anchor>
              ,{" "}
              <Anchor component={Link} href="/loans/" inherit>
                the loans
              </Anchor>
              {dealsOf(items).map((deal) => (
                <Fragment key={deal}>
                  {", "}
                  <Anchor component={Link} href={`/imports/?deal=${encodeURIComponent(deal)}`} inherit>
                    {`${deal} month by month`}
                  </Anchor>
                </Fragment>
              ))}
              .
            </Text>
          )}
        </Stack>
      </Surface>
      <ImportBatchTable items={items} dryRun={dryRun} />
    </Stack>
  );
}

const isFinished = (item: Sending): boolean =>
  item.state === "refused" || (item.import !== null && !isUnderWay(item.import));

const refusedOf = (items: readonly Sending[]): number =>
  items.filter((item) => item.state === "refused" || item.import?.state === "failed").length;

/** The deals that were imported, each once. */
const dealsOf = (items: readonly Sending[]): readonly string[] => [
  ...new Set(
    items.flatMap(({ import: work }) => (work?.state === "done" && work.deal !== null ? [work.deal] : [])),
  ),
];

/** How far all files are together: half for being sent, half for being read. Only the bar's length. */
function shareOf(items: readonly Sending[]): number {
  const each = items.map((item) => {
    if (isFinished(item)) return 1;
    const sent = item.file.size === 0 ? 0 : item.sent / item.file.size;
    const read = item.import === null || item.import.total === 0 ? 0 : item.import.done / item.import.total;
    return (Math.min(1, sent) + read) / 2;
  });
  return items.length === 0 ? 0 : each.reduce((sum, share) => sum + share, 0) / items.length;
}
