"use client";

import { Badge, Box, Button, Center, Skeleton, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { useMay, useMe } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { membersQuery } from "./api/members";
import { MemberActions } from "./member-actions";
import { MemberFilterBar, useMemberFilters } from "./member-filters";

const SKELETONS = [1, 2, 3];

export function MembersTable() {
  const filters = useMemberFilters();
  const manages = useMay("member.manage");
  const query = useInfiniteQuery(membersQuery(filters));
  const { data, error } = query;
  const members = data?.pages.flatMap(({ items }) => items);
  return (
    <Stack>
      <MemberFilterBar />
      <Surface p={0} style={{ overflow: "hidden" }}>
        {members === undefined && error && (
          <Box p="md">
            <ProblemNotice problem={error} onRetry={() => void query.refetch()} />
          </Box>
        )}
        {members === undefined && !error && (
          <Stack p="md" aria-busy="true" aria-label="Loading">
            {SKELETONS.map((row) => (
              <Skeleton key={row} h={36} />
            ))}
          </Stack>
        )}
        {members?.length === 0 && (
          <EmptyState title="No members match">Change the search or clear the filters.</EmptyState>
        )}
        {members !== undefined && members.length > 0 && (
          <Table
            verticalSpacing="xs"
            aria-label="Members"
            style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Name</Table.Th>
                <Table.Th scope="col">Role</Table.Th>
                <Table.Th scope="col" visibleFrom="md">
                  Job title
                </Table.Th>
                <Table.Th scope="col" visibleFrom="md">
                  Department
                </Table.Th>
                <Table.Th scope="col" visibleFrom="sm">
                  Last sign-in
                </Table.Th>
                {manages && (
                  <Table.Th scope="col" w={56}>
                    <VisuallyHidden>Actions</VisuallyHidden>
                  </Table.Th>
                )}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {members.map((member) => (
                <Row key={member.id} member={member} manages={manages} />
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
    </Stack>
  );
}

function Row({ member, manages }: { member: Schemas["MemberView"]; manages: boolean }) {
  const formats = useFormats();
  const me = useMe().member.id;
  const name = `${member.firstName} ${member.lastName}`;
  const { removal } = member;
  const reached = removal === null || removal.removedAt === null;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} w="45%" maw={0}>
        <Text size="sm" fw={600} truncate title={name}>
          {name}
          {member.id === me && (
            <Text span size="xs" c="dimmed" fw={400}>
              {" "}
              (you)
            </Text>
          )}
        </Text>
        {reached && (
          <Text size="xs" c="dimmed" truncate title={member.email}>
            {member.email}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        {member.active ? (
          word(member.role)
        ) : (
          <>
            <Badge
              variant="default"
              tt="none"
              miw="max-content"
              title={`Was ${word(member.role).toLowerCase()}`}
            >
              {removal === null ? "Deactivated" : removal.removedAt === null ? "Being removed" : "Removed"}
            </Badge>
            {removal?.removedAt === null && (
              <Text size="xs" c="dimmed">
                from {moment(removal.beginsAt, formats)}
              </Text>
            )}
          </>
        )}
      </Table.Td>
      <Table.Td visibleFrom="md" maw={220}>
        <Text size="sm" truncate title={member.jobTitle ?? undefined}>
          {member.jobTitle}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md" maw={180}>
        <Text size="sm" truncate title={member.department ?? undefined}>
          {member.department}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{moment(member.lastSignInAt, formats)}</Table.Td>
      {manages && (
        <Table.Td>
          <MemberActions member={member} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}
