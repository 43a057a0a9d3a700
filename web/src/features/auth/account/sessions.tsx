"use client";

import { Badge, Box, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { sessionOver } from "@/api/session";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { endSession, sessionsQuery, signOutEverywhere } from "./api/account";
import { deviceOf } from "./device";

/** Where one is signed in, and how to end it. */
export function Sessions() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  const everywhere = useMutation({
    mutationFn: signOutEverywhere,
    onSuccess: () => {
      sessionOver();
      location.replace("/sign-in/"); // a new page: nothing of this member stays in memory
    },
  });
  const confirm = () =>
    modals.openConfirmModal({
      title: "Sign out everywhere?",
      children: <Text size="sm">You’ll be signed out on every device, including this one.</Text>,
      labels: { confirm: "Sign out everywhere", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => everywhere.mutate(),
    });
  return (
    <Surface
      title="Where you are signed in"
      actions={
        <Button size="xs" variant="default" onClick={confirm} loading={everywhere.isPending}>
          Sign out everywhere
        </Button>
      }
    >
      <Stack gap="sm">
        {everywhere.error && <ProblemNotice problem={everywhere.error} />}
        {data === undefined && error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
        {data === undefined && !error && <Skeleton h={48} aria-label="Loading" />}
        {data?.items.map((session) => (
          <Session key={session.id} session={session} />
        ))}
      </Stack>
    </Surface>
  );
}

function Session({ session }: { session: Schemas["SessionView"] }) {
  const formats = useFormats();
  const queries = useQueryClient();
  const device = deviceOf(session.client);
  const end = useMutation({
    mutationFn: () => endSession(session.id),
    onSuccess: () => notifications.show({ message: `The session of ${device} has ended.` }),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <Box miw={0}>
        <Group gap="xs">
          <Text size="sm" fw={600} title={session.client}>
            {device}
          </Text>
          {session.current && (
            <Badge variant="light" tt="none" size="sm">
              This device
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          Last used {moment(session.usedAt, formats)} from {session.address} · Signed in{" "}
          {moment(session.createdAt, formats)} · expires {moment(session.expiresAt, formats)}
        </Text>
        {end.error && <ProblemNotice problem={end.error} />}
      </Box>
      {!session.current && (
        <Button
          size="xs"
          variant="default"
          onClick={() => end.mutate()}
          loading={end.isPending}
          aria-label={`End the session of ${device}, last used ${moment(session.usedAt, formats)}`}
          style={{ flex: "none" }}
        >
          End
        </Button>
      )}
    </Group>
  );
}
