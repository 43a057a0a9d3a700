"use client";

import { Alert, Button, Code, Modal, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "@/api/problem";
import { useSearch } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type Endpoint, endpointQuery } from "./api/webhooks";
import { Deliveries } from "./deliveries";
import { EndpointDeeds } from "./endpoint-deeds";
import { EndpointForm } from "./endpoint-form";
import { EndpointState } from "./endpoint-state";
import { nameOf } from "./webhook-words";

/** One endpoint: what it is sent, whether it takes it, and each message with its attempts. */
export function WebhookPage() {
  const id = useSearch().get("id") ?? "";
  return (
    <Allowed to="webhook.manage" what="webhooks">
      <KnownEndpoint key={id} id={id} />
    </Allowed>
  );
}

function KnownEndpoint({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({ ...endpointQuery(id), enabled: id !== "", retry: false });
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  if (data === undefined) {
    const gone = id === "" || (error instanceof Problem && error.status === 404);
    return (
      <Page title="Webhook">
        {gone ? (
          <EmptyState
            title="This endpoint doesn’t exist"
            actions={
              <Button component={Link} href="/settings/webhooks/" variant="default">
                All endpoints
              </Button>
            }
          >
            It may have been deleted.
          </EmptyState>
        ) : error === null ? (
          <Skeleton h={240} radius="md" aria-label="Loading" />
        ) : (
          <ProblemNotice problem={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={nameOf(data)}
      subtitle={data.description === "" ? "Webhook endpoint" : data.url}
      actions={<EndpointDeeds endpoint={data} onEdit={() => setEditing(true)} />}
    >
      {!data.enabled && (
        <Alert
          color="red"
          icon={<IconPlugConnectedX aria-hidden />}
          title="This endpoint is disabled: nothing is sent to it"
          role="status"
        >
          {data.disabledBecause} Enable it, then replay what it missed.
        </Alert>
      )}
      <EndpointFacts endpoint={data} />
      <Deliveries endpoint={data} />
      <Modal
        opened={editing}
        onClose={() => setEditing(false)}
        title="Edit endpoint"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <EndpointForm
          endpoint={data}
          onSaved={() => {
            setEditing(false);
            void queries.invalidateQueries({ queryKey: ["webhooks"] });
          }}
          onCancel={() => setEditing(false)}
        />
      </Modal>
    </Page>
  );
}

function EndpointFacts({ endpoint }: { endpoint: Endpoint }) {
  const formats = useFormats();
  const facts: [string, React.ReactNode][] = [
    ["State", <EndpointState key="state" of={endpoint} />],
    ...(endpoint.failingSince === null
      ? []
      : ([["Failing since", moment(endpoint.failingSince, formats)]] as [string, React.ReactNode][])),
    ...(endpoint.disabledAt === null
      ? []
      : ([["Disabled", moment(endpoint.disabledAt, formats)]] as [string, React.ReactNode][])),
    [
      "Events",
      endpoint.types.length === 0 ? (
        "All events"
      ) : (
        <Stack key="types" gap={2}>
          {endpoint.types.map((type) => (
            <Code key={type} style={{ alignSelf: "start" }}>
              {type}
            </Code>
          ))}
        </Stack>
      ),
    ],
    ["At most", `${count(endpoint.perMinute, formats)} messages a minute`],
    [
      "Public keys (v1a)",
      <Stack key="keys" gap={2}>
        {endpoint.publicKeys.map((key, place) => (
          <Text key={key} size="sm" component="span" style={{ overflowWrap: "anywhere" }}>
            <Code>{key}</Code>
            {place > 0 && ` until ${moment(endpoint.previousUntil, formats)}`}
          </Text>
        ))}
      </Stack>,
    ],
    [
      "Added",
      <span key="added">
        {moment(endpoint.createdAt, formats)} by <Actor id={endpoint.createdBy} />
      </span>,
    ],
  ];
  return (
    <Surface title="Endpoint">
      <Table variant="vertical" layout="auto" withRowBorders={false} verticalSpacing={4} aria-label="Facts">
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" bg="transparent" c="dimmed" fw={400} w={140} px={0}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Surface>
  );
}
