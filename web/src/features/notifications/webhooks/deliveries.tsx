"use client";

import { Button, Code, Modal, Select, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useAddress } from "@/components/address";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, moment, UNKNOWN } from "@/format/format";
import { useFormats } from "@/format/formats";

import {
  type Delivery,
  deliveriesPages,
  deliveryQuery,
  type DeliveryState,
  type Endpoint,
} from "./api/webhooks";
import { DELIVERY_STATES, lastAnswer } from "./webhook-words";

const STATES = Object.entries(DELIVERY_STATES).map(([value, label]) => ({ value, label }));

/** Messages to an endpoint in the last thirty days, the latest first; each opens with its body and attempts. */
export function Deliveries({ endpoint }: { endpoint: Endpoint }) {
  const formats = useFormats();
  const [search, go] = useAddress();
  const asked = search.get("state");
  const state = asked !== null && asked in DELIVERY_STATES ? (asked as DeliveryState) : null;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    deliveriesPages(endpoint.id, state),
  );
  const [opened, setOpened] = useState<Delivery | null>(null);
  const found = data?.pages.flatMap(({ items }) => items);
  return (
    <Surface
      title="Messages of the last 30 days"
      actions={
        <Select
          aria-label="State of messages"
          data={STATES}
          value={state}
          onChange={(value) => go({ state: value })}
          placeholder="Any state"
          clearable
          clearButtonProps={{ "aria-label": "Clear the state" }}
          size="xs"
          w={150}
        />
      }
    >
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {found === undefined && error === null && <Skeleton h={120} radius="md" />}
      {found?.length === 0 && (
        <Text size="sm" c="dimmed">
          {state === null ? "No messages yet. Send a test event." : "No messages in this state."}
        </Text>
      )}
      {found !== undefined && found.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table aria-label="Messages" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Event</Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col">Answer</Table.Th>
                <Table.Th scope="col">Attempts</Table.Th>
                <Table.Th scope="col">When</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Button size="compact-sm" variant="subtle" onClick={() => setOpened(one)}>
                      {one.type}
                    </Button>
                  </Table.Td>
                  <Table.Td>{DELIVERY_STATES[one.state]}</Table.Td>
                  <Table.Td>{lastAnswer(one) ?? UNKNOWN}</Table.Td>
                  <Table.Td>{count(one.attempts.length, formats)}</Table.Td>
                  <Table.Td>{moment(one.createdAt, formats)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {hasNextPage && (
        <Button variant="default" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier messages
        </Button>
      )}
      <Modal
        opened={opened !== null}
        onClose={() => setOpened(null)}
        title={opened?.type}
        closeButtonProps={{ "aria-label": "Close" }}
        size="xl"
      >
        {opened !== null && <Message endpoint={endpoint.id} id={opened.id} />}
      </Modal>
    </Surface>
  );
}

/** One message: each attempt with its answer, then what was sent. */
function Message({ endpoint, id }: { endpoint: string; id: string }) {
  const formats = useFormats();
  const { data, error, refetch } = useQuery(deliveryQuery(endpoint, id));
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={160} aria-label="Loading" />
    ) : (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <Stack>
      <Text size="sm">
        {DELIVERY_STATES[data.state]}
        {data.state === "waiting" && `: tried next ${moment(data.dueAt, formats)}`}
      </Text>
      <Table aria-label="Attempts" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Attempt</Table.Th>
            <Table.Th scope="col">Status</Table.Th>
            <Table.Th scope="col">Took</Table.Th>
            <Table.Th scope="col">Response</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.attempts.map((attempt) => (
            <Table.Tr key={attempt.at}>
              <Table.Td>{moment(attempt.at, formats)}</Table.Td>
              <Table.Td>{attempt.status ?? UNKNOWN}</Table.Td>
              <Table.Td>{`${count(attempt.milliseconds, formats)} ms`}</Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                {[attempt.error, attempt.answer].filter(Boolean).join(": ") || UNKNOWN}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Code block tabIndex={0} aria-label="Body" role="region">
        {JSON.stringify(JSON.parse(data.payload), null, 2)}
      </Code>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        webhook-id: {data.messageId}
      </Text>
    </Stack>
  );
}
