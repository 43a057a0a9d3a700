"use client";

import { Button, Center, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";

import { idempotencyKey } from "@/api/client";
import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanHistoryQuery } from "../records/api/loan";
import { useRestoreLoan } from "../records/api/loan-changes";
import { useActorName } from "../records/api/members";

/** No loan has this address: a way on instead of an id. */
function NoSuchLoan() {
  return (
    <Center mih="50dvh">
      <EmptyState
        title="This loan doesn’t exist"
        actions={
          <Button component={Link} href="/loans/">
            All loans
          </Button>
        }
      >
        It may have been deleted, or the link is incomplete.
      </EmptyState>
    </Center>
  );
}

/** A loan that is not there: one that was deleted can come back. */
export function LoanGone({ loanId }: { loanId: string }) {
  const formats = useFormats();
  const mayWrite = useMay("portfolio.write");
  const actorName = useActorName();
  const restore = useRestoreLoan(loanId);
  const { data, error, isPending, refetch } = useQuery({ ...loanHistoryQuery(loanId, 2), retry: false });
  if (isPending) return <Waiting />;
  // That it never was is known where the server says so.
  if (error !== null && !(error instanceof Problem && error.status === 404)) {
    return <ProblemNotice problem={error} onRetry={() => void refetch()} page />;
  }
  const [deletion, before] = data?.items ?? [];
  if (deletion?.action !== "deleted") return <NoSuchLoan />;
  return (
    <Center mih="50dvh">
      <Stack>
        <EmptyState
          title="This loan was deleted"
          actions={
            <>
              {mayWrite && before !== undefined && (
                <Button
                  loading={restore.isPending}
                  onClick={() => restore.mutate({ sequence: before.sequence, key: idempotencyKey() })}
                >
                  Restore loan
                </Button>
              )}
              <Button component={Link} href="/loans/" variant="default">
                All loans
              </Button>
            </>
          }
        >
          {`${actorName(deletion.actor)} deleted it on ${moment(deletion.at, formats)}. You can restore it.`}
        </EmptyState>
        {restore.error && <ProblemNotice problem={restore.error} />}
      </Stack>
    </Center>
  );
}
