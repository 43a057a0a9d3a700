"use client";

import { Anchor, Badge, Button, Group, Menu, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";

import type { ReactNode } from "react";

import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { inboxQuery, type Mark, mark, markAllRead, type Notification, snooze } from "./api/inbox";
import { pathOf, SNOOZES } from "./inbox-words";

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
    onError: failed,
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

const failed = (error: Error) =>
  notifications.show({ color: "red", title: "Not saved", message: error.message, autoClose: false });

function InboxItem({ item }: { item: Notification }) {
  const formats = useFormats();
  const queries = useQueryClient();
  const read = {
    onSettled: () => queries.invalidateQueries({ queryKey: inboxQuery.queryKey }),
    onError: failed,
  };
  const marking = useMutation({ mutationFn: (how: Mark) => mark(item.id, how), ...read });
  const snoozing = useMutation({ mutationFn: (until: Date) => snooze(item.id, until), ...read });
  const unread = item.state === "unread" || item.state === "snoozed";
  const path = pathOf(item.thing);
  return (
    <Surface>
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <Stack gap={2} miw={0} style={{ flex: 1, overflowWrap: "anywhere" }}>
          <Group gap="xs">
            {unread && (
              <Badge size="sm" tt="none">
                Unread
              </Badge>
            )}
            {item.urgent && (
              <Badge size="sm" tt="none" color="red.8">
                Urgent
              </Badge>
            )}
            <Text fw={unread ? 650 : 450}>
              {path === null ? (
                item.title
              ) : (
                <Anchor component={Link} href={path} inherit onClick={() => unread && marking.mutate("read")}>
                  {item.title}
                </Anchor>
              )}
            </Text>
          </Group>
          {item.body !== "" && <Text size="sm">{item.body}</Text>}
          <Text size="sm" c="dimmed">
            {moment(item.at, formats)}
            {item.rule !== null && ` · Rule: ${item.rule.name}`}
          </Text>
        </Stack>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            loading={marking.isPending}
            onClick={() => marking.mutate(unread ? "read" : "unread")}
          >
            {unread ? "Mark read" : "Mark unread"}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="xs" variant="default" loading={snoozing.isPending}>
                Snooze
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {SNOOZES.map(({ label, hours }) => (
                <Menu.Item
                  key={label}
                  onClick={() => snoozing.mutate(new Date(Date.now() + hours * 3_600_000))}
                >
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
    </Surface>
  );
}
