"use client";

import { Badge, Box, Button, Center, Skeleton, Table, Text, VisuallyHidden } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { EmptyState } from "@/components/empty-state";
import { notDone } from "@/components/not-done";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { invitationsQuery, withdraw } from "./api/members";

/** The links that were made, and what became of them. */
export function Invitations({ onInvite }: { onInvite: () => void }) {
  const query = useInfiniteQuery(invitationsQuery);
  const { data, error } = query;
  const invitations = data?.pages.flatMap(({ items }) => items);
  return (
    <Surface p={0} style={{ overflow: "hidden" }}>
      {invitations === undefined && (
        <Box p="md">
          {error ? (
            <ProblemNotice problem={error} onRetry={() => void query.refetch()} />
          ) : (
            <Skeleton h={36} aria-label="Loading" />
          )}
        </Box>
      )}
      {invitations?.length === 0 && (
        <EmptyState title="No invitations yet" actions={<Button onClick={onInvite}>Invite</Button>}>
          Invite people by email address. They join with a link you send them.
        </EmptyState>
      )}
      {invitations !== undefined && invitations.length > 0 && (
        <Table verticalSpacing="xs" aria-label="Invitations">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">For</Table.Th>
              <Table.Th scope="col" visibleFrom="sm">
                Role
              </Table.Th>
              <Table.Th scope="col">State</Table.Th>
              <Table.Th scope="col" visibleFrom="md">
                Made
              </Table.Th>
              <Table.Th scope="col">
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {invitations.map((invitation) => (
              <Row key={invitation.id} invitation={invitation} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {query.hasNextPage && (
        <Center p="sm">
          <Button
            variant="default"
            onClick={() => void query.fetchNextPage()}
            loading={query.isFetchingNextPage}
          >
            Show more
          </Button>
        </Center>
      )}
    </Surface>
  );
}

function Row({ invitation }: { invitation: Schemas["InvitationView"] }) {
  const { id, email, role, state, createdAt, expiresAt } = invitation;
  const formats = useFormats();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => withdraw(id),
    onSuccess: () => notifications.show({ message: `The link for ${email} is no longer valid.` }),
    onError: notDone("The link was not withdrawn"),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  const confirm = () =>
    modals.openConfirmModal({
      title: "Withdraw invitation?",
      children: (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          The link for {email} stops working. You can create another.
        </Text>
      ),
      labels: { confirm: "Withdraw", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => end.mutate(),
    });
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} w="45%" maw={0}>
        <Text size="sm" truncate title={email}>
          {email}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {word(role)}
        </Text>
      </Table.Th>
      <Table.Td visibleFrom="sm">{word(role)}</Table.Td>
      <Table.Td>
        <Badge variant={state === "open" ? "light" : "default"} tt="none" miw="max-content">
          {word(state)}
        </Badge>
        {state === "open" && (
          <Text size="xs" c="dimmed">
            until {moment(expiresAt, formats)}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="md">{moment(createdAt, formats)}</Table.Td>
      <Table.Td ta="end">
        {state === "open" && (
          <Button
            size="xs"
            variant="default"
            onClick={confirm}
            loading={end.isPending}
            aria-label={`Withdraw the invitation for ${email}`}
          >
            Withdraw
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
