"use client";

import { Button, List, Skeleton, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { Amount } from "@/components/amount";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useLoanFormContext } from "../forms/form-context";
import { focusField, pathWords } from "../forms/form-focus";
import { draftFrom, type LoanFormValues } from "../forms/form-values";
import { loanRefusals } from "../forms/refusals";
import { Fact, Facts } from "../records/facts";
import {
  draftScheduleQuery,
  interestOnlyEnd,
  isComplete,
  scheduleTermsOf,
} from "../schedule/api/draft-schedule";
import { LoanScheduleChart } from "../schedule/loan-schedule-chart";

const PAUSE = 250;
const WATCHED = [
  "originalBalance",
  "originationDate",
  "maturityDate",
  "anticipatedRepaymentDate",
  "rate",
  "rateType",
  "terms",
] as const;

/** The schedule of what stands in the form, drawn as one types. */
export function LiveSchedule() {
  const form = useLoanFormContext();
  const watched = Object.fromEntries(WATCHED.map((path) => [path, form.useWatchValue(path as never)]));
  const said = { ...form.getValues(), ...watched };
  const now = JSON.stringify(scheduleTermsOf(draftFrom(said as LoanFormValues)));
  const [settled] = useDebouncedValue(now, PAUSE);
  const asked = JSON.parse(settled) as ReturnType<typeof scheduleTermsOf>;
  const { data, error, isFetching } = useQuery(draftScheduleQuery(asked));
  const complete = isComplete(asked);
  const refused =
    error instanceof Problem && error.status === 422
      ? loanRefusals(error, { customFields: [], ...asked })
      : {};
  const touched = Object.entries(refused).filter(([path]) => form.isTouched(path));
  return (
    <Surface title="Schedule" aria-live="polite" aria-busy={isFetching || settled !== now}>
      {!complete && (
        <Text size="sm" c="dimmed">
          Enter balance, rate and dates to preview the schedule.
        </Text>
      )}
      {complete && touched.length > 0 && (
        <List size="sm" mb="xs" listStyleType="none">
          {touched.map(([path, message]) => (
            <List.Item key={path}>
              <Button variant="transparent" size="compact-sm" px={0} onClick={() => focusField(path)}>
                {pathWords(path)}
              </Button>
              {` ${message}`}
            </List.Item>
          ))}
        </List>
      )}
      {complete && error !== null && !(error instanceof Problem && error.status === 422) && (
        <ProblemNotice problem={error} />
      )}
      {complete && data === undefined && error === null && <Skeleton h={320} />}
      {complete && data !== undefined && error === null && <Computed schedule={data} />}
      {complete && error !== null && touched.length === 0 && Object.keys(refused).length > 0 && (
        <Text size="sm" c="dimmed">
          Complete the terms to preview the schedule.
        </Text>
      )}
    </Surface>
  );
}

function Computed({ schedule }: { schedule: Schemas["LoanSchedule"] }) {
  const formats = useFormats();
  const { installments } = schedule;
  const [first] = installments;
  const last = installments.at(-1);
  const interestOnly = interestOnlyEnd(installments);
  if (schedule.unscheduled !== null || first === undefined || last === undefined) {
    return <Text size="sm">{`No schedule: ${schedule.unscheduled ?? "it has no installments"}.`}</Text>;
  }
  return (
    <Stack gap="sm">
      <Facts>
        <Fact label="Level payment">
          <Amount value={schedule.levelPayment} fw={600} />
        </Fact>
        <Fact label="First payment">
          <Amount value={first.payment} />
          {` on ${date(first.dueDate, formats)}`}
        </Fact>
        <Fact label="Interest only">
          {interestOnly === null ? "None" : `Until ${date(interestOnly, formats)}`}
        </Fact>
        <Fact label="Due at maturity">
          <Amount value={schedule.dueAtMaturity} fw={600} />
          {` on ${date(last.dueDate, formats)}`}
        </Fact>
        <Fact label="Balloon">
          <Amount value={schedule.balanceAfterLastRegularPayment} />
        </Fact>
        <Fact label="Total interest">
          <Amount value={schedule.totalInterest} />
        </Fact>
        <Fact label="Installments">{installments.length}</Fact>
      </Facts>
      <LoanScheduleChart installments={installments} height={180} />
    </Stack>
  );
}
