"use client";

import { Anchor, Badge, Button, Group, Skeleton, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCalendarRepeat } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";

import { useMay } from "@/api/me";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { notSaved } from "@/components/not-done";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { showUndo } from "@/components/undo";
import { date, moment, UNKNOWN } from "@/format/format";
import { useFormats } from "@/format/formats";

import {
  changeSchedule,
  deleteSchedule,
  draftOf,
  makeNow,
  readSchedule,
  restoreSchedule,
  runQuery,
  type Schedule,
  schedulesPages,
} from "./api/schedules";
import { rhythmWords, stateOf, titleOf } from "./report-words";
import { ScheduleForm } from "./schedule-form";

/** Reports that are made and mailed by themselves. */
export function Schedules() {
  const mayWrite = useMay("portfolio.write");
  const [edited, setEdited] = useState<Schedule | "new" | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(schedulesPages());
  const schedules = data?.pages.flatMap(({ items }) => items);
  return (
    <Surface
      title="Scheduled reports"
      actions={
        mayWrite ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconCalendarRepeat size={16} aria-hidden />}
            onClick={() => setEdited("new")}
          >
            Schedule a report
          </Button>
        ) : undefined
      }
    >
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {schedules === undefined && error === null && <Skeleton h={60} radius="md" />}
      {schedules?.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet. A schedule makes a report every day, week or month and mails it to members.
        </Text>
      )}
      {schedules !== undefined && schedules.length > 0 && (
        <Table.ScrollContainer minWidth={760}>
          <Table aria-label="Scheduled reports" verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Report</Table.Th>
                <Table.Th scope="col">Recipients</Table.Th>
                <Table.Th scope="col">Next</Table.Th>
                <Table.Th scope="col">Last</Table.Th>
                <Table.Th scope="col">
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {schedules.map((schedule) => (
                <Row
                  key={schedule.id}
                  schedule={schedule}
                  onEdit={mayWrite ? () => setEdited(schedule) : null}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {hasNextPage && (
        <Button variant="default" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more schedules
        </Button>
      )}
      {edited !== null && (
        <ScheduleForm schedule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Surface>
  );
}

function Row({ schedule, onEdit }: { schedule: Schedule; onEdit: (() => void) | null }) {
  const formats = useFormats();
  const { recipients, nextAt, lastRunId, paused, onlyIfChanged } = schedule;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
        <Text size="sm" fw={600}>
          {titleOf(schedule)}
        </Text>
        <Text size="xs" c="dimmed">
          {rhythmWords(schedule, formats.locale)}
          {onlyIfChanged && ", only if changed"}
        </Text>
      </Table.Th>
      <Table.Td>
        {recipients.map((id, place) => (
          <Fragment key={id}>
            {place > 0 && ", "}
            <Actor id={id} />
          </Fragment>
        ))}
      </Table.Td>
      <Table.Td>
        {paused ? (
          <Badge variant="light" color="gray" tt="none" miw="max-content">
            Paused
          </Badge>
        ) : (
          moment(nextAt, formats)
        )}
      </Table.Td>
      <Table.Td>{lastRunId === null ? UNKNOWN : <LastRun id={lastRunId} on={schedule.lastOn} />}</Table.Td>
      <Table.Td>{onEdit !== null && <Deeds schedule={schedule} onEdit={onEdit} />}</Table.Td>
    </Table.Tr>
  );
}

/** The last run, with what came of it. */
function LastRun({ id, on }: { id: string; on: string | null }) {
  const formats = useFormats();
  const { data } = useQuery({ ...runQuery(id), retry: false });
  return (
    <Stack gap={0}>
      <Anchor component={Link} href={`/report/?id=${id}`} inherit>
        {date(on, formats)}
      </Anchor>
      {data !== undefined && (
        <Text size="xs" c={data.state === "failed" ? "var(--negative)" : "dimmed"}>
          {stateOf(data)}
          {data.error !== null && `: ${data.error}`}
        </Text>
      )}
    </Stack>
  );
}

function Deeds({ schedule, onEdit }: { schedule: Schedule; onEdit: () => void }) {
  const queries = useQueryClient();
  const name = titleOf(schedule);
  const settled = {
    onSettled: () => queries.invalidateQueries({ queryKey: ["reports", "schedules"] }),
    onError: notSaved,
  };
  const pause = useMutation({
    // As it is now: what it has made since the page was read is kept in it too.
    mutationFn: async () => {
      const now = await readSchedule(schedule.id);
      return changeSchedule(now.id, now.version, { ...draftOf(now), paused: !schedule.paused });
    },
    ...settled,
  });
  const remove = useMutation({
    mutationFn: async () => deleteSchedule(await readSchedule(schedule.id)),
    onSuccess: () =>
      showUndo(`The schedule of ${name} was deleted. Reports that it made stay.`, async () => {
        await restoreSchedule(schedule.id);
        await settled.onSettled();
      }),
    ...settled,
  });
  const make = useMutation({
    mutationFn: () => makeNow(schedule.id),
    onSuccess: () => {
      const goes = schedule.onlyIfChanged
        ? "goes to its recipients if it has changed"
        : "goes to its recipients";
      notifications.show({ message: `${name} is being made and ${goes}.` });
      void queries.invalidateQueries({ queryKey: ["reports", "list"] });
    },
    ...settled,
  });
  const button = { size: "compact-sm", variant: "default" } as const;
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button
        {...button}
        loading={make.isPending}
        onClick={() => make.mutate()}
        aria-label={`Make ${name} now`}
      >
        Make now
      </Button>
      <Button {...button} onClick={onEdit} aria-label={`Edit ${name}`}>
        Edit
      </Button>
      <Button
        {...button}
        loading={pause.isPending}
        onClick={() => pause.mutate()}
        aria-label={`${schedule.paused ? "Resume" : "Pause"} ${name}`}
      >
        {schedule.paused ? "Resume" : "Pause"}
      </Button>
      <Button
        {...button}
        loading={remove.isPending}
        onClick={() => remove.mutate()}
        aria-label={`Delete ${name}`}
      >
        Delete
      </Button>
    </Group>
  );
}
