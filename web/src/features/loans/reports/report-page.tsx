"use client";

import { Alert, Button, Group, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";

import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, counted, date, moment, money } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useActorName } from "../records/api/members";
import { Download } from "@/components/download";
import { isUnderWay, type ReportRun, reportRunQuery } from "./api/reports";
import { ReportDifference } from "./report-difference";
import { fileName, stateOf, titleOf } from "./report-words";

/** One run of a report: how far it is, what it came to, its files, what differs from the one before. */
export function ReportPage() {
  const id = useSearchParams().get("id") ?? "";
  const { data: run, error, refetch } = useQuery({ ...reportRunQuery(id), enabled: id !== "" });
  const all = (
    <Button component={Link} href="/reports/" variant="default" style={{ alignSelf: "start" }}>
      All reports
    </Button>
  );
  if (id === "") {
    return (
      <Page title="Report">
        <EmptyState title="No report selected" actions={all}>
          This address does not name a report.
        </EmptyState>
      </Page>
    );
  }
  if (error !== null && run == null) {
    return (
      <Page title="Report">
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
        {all}
      </Page>
    );
  }
  if (run == null) {
    return (
      <Page title="Report">
        <Skeleton h={120} radius="md" />
      </Page>
    );
  }
  return <ReportResult run={run} problem={error} onRetry={() => void refetch()} />;
}

function ReportResult({
  run,
  problem,
  onRetry,
}: {
  run: ReportRun;
  problem: Error | null;
  onRetry: () => void;
}) {
  const formats = useFormats();
  const nameOf = useActorName();
  const done = run.state === "done";
  return (
    <Page
      title={titleOf(run)}
      subtitle={`${stateOf(run)} · as of ${date(run.parameters.asOf ?? run.businessDate, formats)} · asked for by ${nameOf(run.requestedBy)} on ${moment(run.requestedAt, formats)}`}
      actions={
        <Button component={Link} href="/reports/" variant="default">
          All reports
        </Button>
      }
    >
      {problem !== null && <ProblemNotice problem={problem} onRetry={onRetry} />}
      {run.error !== null && (
        <Alert color="red" title="The report was not made" role="alert">
          {run.error}
        </Alert>
      )}
      {isUnderWay(run) && <Making run={run} />}
      {done && (
        <Surface>
          <Stack gap="sm">
            <Text>
              {`${counted(run.loans ?? 0, "outstanding loan", "outstanding loans", formats)}, ${money(run.balance, formats)}`}
            </Text>
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {`Shows entry ${count(run.sequence ?? 0, formats)} of the loans journal, whose hash is ${run.journalHash ?? ""}`}
            </Text>
            {run.notes.map((note) => (
              <Text key={note} size="sm">
                {note}
              </Text>
            ))}
            <Group gap="xs">
              {run.files
                .filter(({ format }) => format !== "json")
                .map(({ format }) => (
                  <Download
                    key={format}
                    label={format === "xlsx" ? "Workbook" : "PDF"}
                    path={`/api/v1/reports/runs/${run.id}/report.${format}`}
                    name={fileName(run, format)}
                  />
                ))}
            </Group>
          </Stack>
        </Surface>
      )}
      {done && run.previousId !== null && <ReportDifference run={run} />}
    </Page>
  );
}

function Making({ run }: { run: ReportRun }) {
  const formats = useFormats();
  const waiting = run.total === null || run.total === 0;
  return (
    <Surface>
      <Stack gap="xs">
        <Text size="sm" role="status">
          {waiting
            ? "Queued. An organization’s reports are made one at a time."
            : `Reading loans: ${count(run.done, formats)} of ${count(run.total ?? 0, formats)}.`}
        </Text>
        <Progress
          value={waiting ? 100 : (run.done / (run.total ?? 1)) * 100}
          striped={waiting}
          animated
          size="lg"
          aria-label="Report"
        />
        <Text size="sm" c="dimmed">
          You can leave this page; the report is made on the server.
        </Text>
      </Stack>
    </Surface>
  );
}
