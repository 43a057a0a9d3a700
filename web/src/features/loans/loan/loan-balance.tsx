"use client";

import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { Problem } from "@/api/problem";
import { Amount } from "@/components/amount";
import { DateFilter } from "@/components/fields/date-filter";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanBalanceQuery } from "../records/api/loan";
import { Fact, Facts } from "../records/facts";
import { LoanNotice } from "../records/notice";

/** What is owed on any date, by the schedule, beside what is recorded. */
export function LoanBalance({
  loanId,
  on,
  onDate,
}: {
  loanId: string;
  on: string;
  onDate: (on: string) => void;
}) {
  const formats = useFormats();
  const { data, error, refetch, isPlaceholderData } = useQuery(loanBalanceQuery(loanId, on));
  const refused = error instanceof Problem ? error.errors.find(({ field }) => field === "on") : undefined;
  return (
    <Surface title="Balance as of">
      <Stack gap="xs">
        <DateFilter
          label="Date"
          value={on === "" ? (data?.on ?? "") : on}
          onChange={onDate}
          error={refused?.message}
          clearable={on !== ""}
        />
        {error && refused === undefined && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
        {data === undefined && !error && <Skeleton h={148} />}
        {data !== undefined && !error && (
          <div aria-live="polite" aria-busy={isPlaceholderData}>
            {data.unscheduled !== null && (
              <LoanNotice color="gray" p="xs" mb="xs">
                {`Not available: ${data.unscheduled}.`}
              </LoanNotice>
            )}
            <Facts>
              <Fact label="Balance">
                <Amount value={data.balance} fw={600} />
              </Fact>
              <Fact label="Accrued interest">
                <Amount value={data.accruedInterest} />
              </Fact>
              <Fact label="Next payment">
                {data.nextInstallment === null ? undefined : (
                  <>
                    <Amount value={data.nextInstallment.payment} />
                    {` on ${date(data.nextInstallment.dueDate, formats)}`}
                  </>
                )}
              </Fact>
              <Fact label="Recorded">
                <Amount value={data.recordedBalance} />
                {` as of ${date(data.recordedAsOf, formats)}`}
              </Fact>
              {data.rolledBalance !== null && (
                <Fact label="Rolled forward">
                  <Amount value={data.rolledBalance} fw={600} />
                </Fact>
              )}
            </Facts>
            <Text size="xs" c="dimmed" mt={4}>
              {`Per schedule, end of day. Interest accrues from the last due date. ${sentence(data.howComputed, formats)}`}
            </Text>
          </div>
        )}
      </Stack>
    </Surface>
  );
}
