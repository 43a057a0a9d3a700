"use client";

import { Button, Skeleton, Stack } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";

import type { ReactNode } from "react";

import { EmptyState } from "@/components/empty-state";
import { notSaved } from "@/components/not-done";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";

import { inboxQuery, markAllRead } from "./api/inbox";
import { InboxItem } from "./inbox-item";

/** What the person was told, the latest first; `notice` stands before it. */
export function InboxPage({ notice }: { notice: ReactNode }) {
  const queries = useQueryClient();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(inboxQuery);
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const unread = data?.pages[0]?.unread ?? 0;
  const all = useMutation({
    mutationFn: markAllRead,
    onSettled: () => queries.invalidateQueries({ queryKey: inboxQuery.queryKey }),
    onError: notSaved,
  });
  return (
    <Page
      title="Inbox"
      subtitle={unread === 0 ? "Nothing unread" : `${unread} unread`}
      actions={
        <Button
          variant="default"
          disabled={unread === 0}
          loading={all.isPending}
          onClick={() => all.mutate()}
        >
          Mark all read
        </Button>
      }
    >
      {notice}
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={240} radius="md" />}
      {data !== undefined && items.length === 0 && (
        <EmptyState title="Nothing here yet">
          You are told of dates that come near, loans that become late, figures that move, and what your
          colleagues ask of you.
        </EmptyState>
      )}
      {items.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: "none" }} aria-label="Notifications">
          {items.map((item) => (
            <li key={item.id}>
              <InboxItem item={item} />
            </li>
          ))}
        </Stack>
      )}
      {hasNextPage && (
        <Button
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
          style={{ alignSelf: "center" }}
        >
          Show earlier ones
        </Button>
      )}
    </Page>
  );
}
