"use client";

import { Button, Group, Skeleton, Stack } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { Amount } from "@/components/amount";
import { EmptyState } from "@/components/empty-state";
import { useBusinessDate } from "@/api/me";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanScheduleQuery } from "../records/api/loan";
import { Download } from "@/components/download";
import { Figure, Figures } from "../records/figures";
import type { Loan } from "../records/loan-draft";
import { FloatingSchedule } from "./floating-schedule";
import { HowComputed, Ignored } from "./loan-how-computed";
import { LoanScheduleChart } from "./loan-schedule-chart";
import { LoanScheduleTable } from "./loan-schedule-table";

/** The loan's schedule: every installment, what is due at maturity, and how all of it was computed. */
export function LoanSchedule({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const marked = useRef<HTMLTableRowElement>(null);
  const { data: schedule, error, refetch } = useQuery(loanScheduleQuery(loan.id));
  const today = useBusinessDate();
  if (error && schedule === undefined)
    return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (schedule === undefined) {
    return (
      <Stack gap="md">
        <Skeleton h={84} />
        <Skeleton h={320} />
        <Skeleton h={480} />
      </Stack>
    );
  }
  if (schedule.floating !== null) return <FloatingSchedule loan={loan} first={schedule} />;
  if (schedule.unscheduled !== null) {
    return (
      <Surface>
        <EmptyState title="No schedule">{`Not available: ${schedule.unscheduled}.`}</EmptyState>
        {schedule.howComputed !== null && <Ignored how={schedule.howComputed} />}
      </Surface>
    );
  }
  const { installments, howComputed } = schedule;
  const last = installments.at(-1);
  return (
    <Stack gap="md">
      <Surface>
        <Figures>
          <Figure label="Level payment">
            <Amount value={schedule.levelPayment} />
          </Figure>
          <Figure label="Due at maturity" note={last && date(last.dueDate, formats)}>
            <Amount value={schedule.dueAtMaturity} />
          </Figure>
          <Figure label="Final principal">
            <Amount value={schedule.balloonPrincipal} />
          </Figure>
          <Figure label="Balloon at maturity" note="Balance after the last regular payment">
            <Amount value={schedule.balanceAfterLastRegularPayment} />
          </Figure>
          <Figure label="Total interest">
            <Amount value={schedule.totalInterest} />
          </Figure>
          <Figure label="Weighted average life">
            {`${count(schedule.weightedAverageLifeYears, formats, 2, 2)} years`}
          </Figure>
        </Figures>
      </Surface>
      <Surface title="Balance and payments">
        <LoanScheduleChart installments={installments} height={300} />
      </Surface>
      <Surface
        title="Installments"
        actions={
          <Group gap="xs" className="no-print">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowDown size={14} aria-hidden />}
              onClick={() => marked.current?.scrollIntoView({ block: "center" })}
              disabled={!installments.some(({ dueDate }) => dueDate >= today)}
            >
              Go to next payment
            </Button>
            <Download path={`/api/v1/loans/${loan.id}/schedule.csv`} name={`${loan.number} schedule.csv`} />
          </Group>
        }
      >
        <LoanScheduleTable schedule={schedule} today={today} markedRow={marked} />
      </Surface>
      {howComputed !== null && <HowComputed how={howComputed} />}
    </Stack>
  );
}
