"use client";

import { Button, Group, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";

import type { Schemas } from "@/api/client";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanReconciliationQuery } from "../records/api/loan";
import { Download } from "@/components/download";
import { Figure, Figures } from "../records/figures";
import type { Loan } from "../records/loan-draft";
import { CheckStatement, LoanOvercharges } from "./loan-overcharges";
import { LoanConventions } from "./loan-conventions";
import { LoanReconciliationTable } from "./loan-reconciliation-table";

const COUNTS: readonly (readonly [keyof Schemas["ReconciliationCounts"], string])[] = [
  ["matched", "Matched"],
  ["differs", "Differ"],
  ["notDue", "Not due yet"],
  ["notComputed", "Not computed"],
  ["closed", "Closed"],
];

/** What servicers reported beside what the schedule says, period by period. */
export function LoanReconciliation({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const first = useRef<HTMLTableRowElement>(null);
  const [differingOnly, setDifferingOnly] = useState(false);
  const { data, error, refetch } = useQuery(loanReconciliationQuery(loan.id));
  if (error && data === undefined) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Stack gap="md">
        <Skeleton h={84} />
        <Skeleton h={480} />
      </Stack>
    );
  }
  if (data.periods.length === 0) {
    return (
      <Surface>
        <EmptyState title="No servicer reports yet" actions={<CheckStatement loan={loan} />}>
          Import a tape that includes this loan to compare it with the schedule month by month.
        </EmptyState>
      </Surface>
    );
  }
  const firstDifference = data.periods.find(({ outcome }) => outcome === "differs");
  const shown = differingOnly ? data.periods.filter(({ outcome }) => outcome === "differs") : data.periods;
  return (
    <Stack gap="md">
      <Surface>
        <Figures>
          {COUNTS.map(([name, label]) => (
            <Figure key={name} label={label}>
              {count(data.counts[name], formats)}
            </Figure>
          ))}
          <Figure label="First difference">
            {firstDifference === undefined ? "None" : date(firstDifference.periodEnd, formats)}
          </Figure>
        </Figures>
        <Text size="xs" c="dimmed" mt="sm">
          {`A period matches ${data.rule}.`}
          {data.stated !== null && ` The loan's terms say: ${data.stated.words}.`}
          {data.unscheduled !== null && ` No schedule is computed: ${data.unscheduled}.`}
        </Text>
      </Surface>
      {data.reproducedBy !== null && <LoanConventions loan={loan} found={data.reproducedBy} />}
      <Surface
        title="Periods"
        actions={
          <Group gap="xs" className="no-print">
            {firstDifference !== undefined && (
              <>
                <Switch
                  size="xs"
                  label="Differences only"
                  checked={differingOnly}
                  onChange={({ currentTarget }) => setDifferingOnly(currentTarget.checked)}
                />
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconArrowDown size={14} aria-hidden />}
                  onClick={() => {
                    first.current?.scrollIntoView({ block: "center" });
                    first.current?.focus({ preventScroll: true });
                  }}
                >
                  Go to first difference
                </Button>
              </>
            )}
            <Download
              path={`/api/v1/loans/${loan.id}/reconciliation/export`}
              name={`${loan.number} reconciliation.csv`}
            />
          </Group>
        }
      >
        <LoanReconciliationTable
          periods={shown}
          firstDifference={firstDifference?.periodEnd ?? null}
          firstRow={first}
        />
      </Surface>
      <LoanOvercharges loan={loan} />
    </Stack>
  );
}
