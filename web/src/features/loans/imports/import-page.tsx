"use client";

import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import { useSearchParams } from "next/navigation";

import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { date, fileSize, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useActorName } from "../records/api/members";
import { type Import, importQuery, isUnderWay } from "./api/imports";
import { ImportAgain } from "./import-again";
import { ImportColumns } from "./import-columns";
import { ImportCounts } from "./import-counts";
import { ImportMissing } from "./import-missing";
import { ImportProgress } from "./import-progress";
import { ImportReconciliation } from "./import-reconciliation";
import { ImportRows } from "./import-rows";
import { ImportStateBadge } from "./import-state-badge";
import { ImportUndo, ImportUndone } from "./import-undo";

/** What one import did, or would do. */
export function ImportPage() {
  const id = useSearchParams().get("id") ?? "";
  const { data: work, error, refetch } = useQuery({ ...importQuery(id), enabled: id !== "" });
  if (id === "") {
    return (
      <Page title="Import">
        <EmptyState
          title="No import selected"
          actions={
            <Button component={Link} href="/imports/">
              All imports
            </Button>
          }
        >
          This address does not name an import.
        </EmptyState>
      </Page>
    );
  }
  if (error !== null && work == null) {
    return (
      <Page title="Import">
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
        <Button component={Link} href="/imports/" variant="default" style={{ alignSelf: "start" }}>
          All imports
        </Button>
      </Page>
    );
  }
  if (work == null) {
    return (
      <Page title="Import">
        <Skeleton h={92} radius="md" />
        <Skeleton h={180} radius="md" />
        <Skeleton h={320} radius="md" />
      </Page>
    );
  }
  return <ImportResult work={work} problem={error} onRetry={() => void refetch()} />;
}

function ImportResult({
  work,
  problem,
  onRetry,
}: {
  work: Import;
  problem: Error | null;
  onRetry: () => void;
}) {
  const formats = useFormats();
  const nameOf = useActorName();
  const mayImport = useMay("tape.import");
  const atRest = !isUnderWay(work);
  const format =
    work.layout?.format === "csv" ? "table" : work.layout?.format === "ex102" ? "EX-102" : "file";
  return (
    <Page
      title={work.fileName}
      subtitle={
        <Stack gap={4} mt={4}>
          <Group gap="xs">
            <ImportStateBadge work={work} size="lg" />
            {work.period !== null && (
              <Text size="sm" c="var(--mantine-color-text)">
                {work.periods.length > 1
                  ? `${work.periods.length} periods to ${date(work.period, formats)}`
                  : `Period to ${date(work.period, formats)}`}
              </Text>
            )}
            {work.deal !== null && (
              <Anchor size="sm" component={Link} href={`/imports/?deal=${encodeURIComponent(work.deal)}`}>
                {work.deal}
              </Anchor>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {`${fileSize(work.size, formats)} ${format}, sent by ${nameOf(work.requestedBy)} on ${moment(work.requestedAt, formats)}`}
          </Text>
        </Stack>
      }
      actions={
        mayImport && atRest ? (
          <>
            {work.dryRun && work.state === "done" && <ImportAgain work={work} />}
            {!work.dryRun && work.state !== "undone" && work.done > 0 && <ImportUndo work={work} />}
          </>
        ) : undefined
      }
    >
      {problem !== null && <ProblemNotice problem={problem} onRetry={onRetry} />}
      {work.dryRun && work.state === "done" && (
        <Alert color="violet" title="Preview only – nothing was saved.">
          {mayImport
            ? "Check the totals and rows below, then import."
            : "What importing this file would have done at that time."}
        </Alert>
      )}
      {work.error !== null && (
        <Alert
          color="red"
          title={work.done > 0 ? "The import stopped" : "This file could not be read"}
          role="alert"
        >
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {sentence(work.error)}
          </Text>
        </Alert>
      )}
      {work.undo !== null && <ImportUndone undo={work.undo} />}
      {!atRest && <ImportProgress work={work} />}
      {(work.done > 0 || work.state === "done") && (
        <>
          <ImportCounts work={work} />
          {work.state !== "undone" && work.loans > 0 && <ImportReconciliation work={work} />}
          {work.layout !== null && <ImportColumns layout={work.layout} dryRun={work.dryRun} />}
          {work.missingCount > 0 && work.state === "done" && <ImportMissing work={work} />}
          <ImportRows work={work} />
        </>
      )}
    </Page>
  );
}

const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(whole) ? whole : `${whole}.`;
};
