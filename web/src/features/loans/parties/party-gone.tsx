"use client";

import { Button, Center, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "@/components/link";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useActorName } from "../records/api/members";
import { partyChanged, partyHistoryQuery, restoreParty } from "../records/api/party";
import type { Shape } from "../records/shape";

/** Something that is not there: what was deleted can come back. */
export function PartyGone({ shape, id }: { shape: Shape; id: string }) {
  const formats = useFormats();
  const client = useQueryClient();
  const mayWrite = useMay("portfolio.write");
  const nameOf = useActorName();
  const { data, error, isPending, refetch } = useQuery({
    ...partyHistoryQuery(shape.kind, id, 2),
    retry: false,
  });
  const restore = useMutation({
    mutationFn: (sequence: number) => restoreParty(shape.kind, id, sequence),
    onSuccess: (restored) => partyChanged(client, shape.kind, restored),
  });
  if (isPending) return <Waiting />;
  // That it never was is known where the server says so.
  if (error !== null && !(error instanceof Problem && error.status === 404)) {
    return <ProblemNotice problem={error} onRetry={() => void refetch()} page />;
  }
  const [deletion, before] = data?.items ?? [];
  if (deletion?.action !== "deleted") {
    return (
      <Center mih="50dvh">
        <EmptyState
          title={`This ${shape.noun} doesn’t exist`}
          actions={
            <Button component={Link} href={shape.listAddress}>
              {`All ${shape.plural.toLowerCase()}`}
            </Button>
          }
        >
          It may have been deleted, or the link is incomplete.
        </EmptyState>
      </Center>
    );
  }
  return (
    <Center mih="50dvh">
      <Stack>
        <EmptyState
          title={`This ${shape.noun} was deleted`}
          actions={
            <>
              {mayWrite && before !== undefined && (
                <Button loading={restore.isPending} onClick={() => restore.mutate(before.sequence)}>
                  Restore
                </Button>
              )}
              <Button component={Link} href={shape.listAddress} variant="default">
                {`All ${shape.plural.toLowerCase()}`}
              </Button>
            </>
          }
        >
          {`${nameOf(deletion.actor)} deleted it on ${moment(deletion.at, formats)}. You can restore it.`}
        </EmptyState>
        {restore.error && <ProblemNotice problem={restore.error} />}
      </Stack>
    </Center>
  );
}
