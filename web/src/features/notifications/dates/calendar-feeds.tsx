"use client";

import {
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconCalendarShare } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { refusalsByField } from "@/components/fields/refusals";
import { notDone } from "@/components/not-done";
import { ProblemNotice } from "@/components/problem-notice";
import { SaveProblem } from "@/components/save-problem";
import { ShownOnce } from "@/components/shown-once";
import { day } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { DateKind } from "./api/dates";
import { type CalendarFeed, feedsQuery, makeFeed, revokeFeed } from "./api/feeds";
import { KINDS, options } from "./date-words";

/** Makes addresses by which a calendar program shows one's dates, and takes them back. */
export function CalendarFeeds() {
  const [opened, dialog] = useDisclosure();
  const [made, setMade] = useState<string | null>(null);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCalendarShare size={16} aria-hidden />}
        onClick={dialog.open}
      >
        Calendar feeds
      </Button>
      <Modal
        opened={opened && made === null}
        onClose={dialog.close}
        title="Calendar feeds"
        closeButtonProps={{ "aria-label": "Close" }}
        size="lg"
      >
        <Stack>
          <Text size="sm" c="dimmed">
            Subscribe to dates in Outlook, Google Calendar or Apple Calendar. Whoever has an address sees its
            dates: keep it to yourself, and revoke it when you stop using it.
          </Text>
          <FeedList />
          <FeedForm onMade={setMade} />
        </Stack>
      </Modal>
      {made !== null && (
        <ShownOnce title="Address created" label="Address" value={made} onClose={() => setMade(null)}>
          Add it in your calendar program as a calendar by URL. It won’t be shown again.
        </ShownOnce>
      )}
    </>
  );
}

function FeedForm({ onMade }: { onMade: (address: string) => void }) {
  const queries = useQueryClient();
  const form = useForm({ initialValues: { name: "", kinds: [] as DateKind[], mine: false } });
  const { mutate, isPending, error } = useMutation({
    mutationFn: makeFeed,
    onSuccess: async ({ path }) => {
      form.reset();
      onMade(`${location.origin}${path}`);
      await queries.invalidateQueries({ queryKey: feedsQuery.queryKey });
    },
    onError: (refused) => form.setErrors(refusalsByField(refused)),
  });
  return (
    <form onSubmit={form.onSubmit((draft) => mutate(draft))} noValidate aria-label="New calendar feed">
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="All maturities"
          maxLength={100}
          required
          {...form.getInputProps("name")}
        />
        <MultiSelect
          label="Kinds of date"
          placeholder={form.values.kinds.length === 0 ? "All" : undefined}
          data={options(KINDS)}
          clearable
          {...form.getInputProps("kinds")}
        />
        <Checkbox
          label="Only dates that are assigned to me"
          {...form.getInputProps("mine", { type: "checkbox" })}
        />
        <SaveProblem problem={error} fields={["name", "kinds"]} />
        <Group>
          <Button type="submit" loading={isPending}>
            Create address
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FeedList() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(feedsQuery);
  const feeds = data?.pages.flatMap(({ items }) => items);
  if (feeds === undefined) {
    return error === null ? (
      <Skeleton h={36} aria-label="Loading" />
    ) : (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    );
  }
  if (feeds.length === 0) return <Text size="sm">You have no calendar feeds yet.</Text>;
  return (
    <>
      <Table aria-label="Calendar feeds" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Dates</Table.Th>
            <Table.Th scope="col" visibleFrom="sm">
              Created
            </Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {feeds.map((feed) => (
            <FeedRow key={feed.id} feed={feed} />
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function FeedRow({ feed }: { feed: CalendarFeed }) {
  const formats = useFormats();
  const queries = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => revokeFeed(feed),
    onSuccess: () => notifications.show({ message: `The address of ${feed.name} no longer works.` }),
    onError: notDone("Not revoked"),
    onSettled: () => queries.invalidateQueries({ queryKey: feedsQuery.queryKey }),
  });
  const confirm = () =>
    modals.openConfirmModal({
      title: "Revoke this address?",
      children: (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          Calendars that show {feed.name} stop showing its dates. You can create another address.
        </Text>
      ),
      labels: { confirm: "Revoke", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => mutate(),
    });
  const kinds = feed.kinds.length === 0 ? "All kinds" : feed.kinds.map((kind) => KINDS[kind]).join(", ");
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
        {feed.name}
      </Table.Th>
      <Table.Td>{feed.mine ? `${kinds}; mine` : kinds}</Table.Td>
      <Table.Td visibleFrom="sm">{day(feed.createdAt, formats)}</Table.Td>
      <Table.Td ta="end">
        <Button
          size="compact-sm"
          variant="default"
          loading={isPending}
          onClick={confirm}
          aria-label={`Revoke ${feed.name}`}
        >
          Revoke
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
