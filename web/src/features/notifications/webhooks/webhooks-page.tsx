"use client";

import { Anchor, Button, Modal, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { useMay } from "@/api/me";

import { type Endpoint, endpointsQuery } from "./api/webhooks";
import { EndpointForm } from "./endpoint-form";
import { EndpointState } from "./endpoint-state";
import { SecretOnce } from "./secret-once";
import { nameOf, typesWords } from "./webhook-words";

/** Addresses of an organization's own programs, which are sent what happens. */
export function WebhooksPage() {
  const queries = useQueryClient();
  const may = useMay("webhook.manage");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add endpoint
    </Button>
  );
  return (
    <Page
      title="Webhooks"
      subtitle="Your programs are sent what happens, signed by Standard Webhooks"
      actions={may ? add : undefined}
    >
      <Allowed to="webhook.manage" what="webhooks">
        <Endpoints />
      </Allowed>
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Add endpoint"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <EndpointForm
          endpoint={null}
          onMade={({ secret: made }) => {
            setAdding(false);
            setSecret(made);
            void queries.invalidateQueries({ queryKey: ["webhooks"] });
          }}
          onCancel={() => setAdding(false)}
        />
      </Modal>
      {secret !== null && <SecretOnce secret={secret} rotated={false} onClose={() => setSecret(null)} />}
    </Page>
  );
}

function Endpoints() {
  const { data, error, refetch } = useQuery(endpointsQuery);
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={160} radius="md" aria-label="Loading" />
    ) : (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    );
  }
  if (data.length === 0) {
    return (
      <EmptyState title="No endpoints yet">
        Add the address of a program, and it is sent changes of loans, imports, members and more as they
        happen.
      </EmptyState>
    );
  }
  return (
    <Surface p={0} style={{ overflow: "hidden" }}>
      <Table aria-label="Endpoints" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Endpoint</Table.Th>
            <Table.Th scope="col" visibleFrom="sm">
              Events
            </Table.Th>
            <Table.Th scope="col">State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((endpoint) => (
            <Row key={endpoint.id} endpoint={endpoint} />
          ))}
        </Table.Tbody>
      </Table>
    </Surface>
  );
}

function Row({ endpoint }: { endpoint: Endpoint }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
        <Anchor component={Link} href={`/settings/webhook/?id=${endpoint.id}`} fw={600} size="sm">
          {nameOf(endpoint)}
        </Anchor>
        {endpoint.description !== "" && (
          <Text size="xs" c="dimmed">
            {endpoint.url}
          </Text>
        )}
      </Table.Th>
      <Table.Td visibleFrom="sm">{typesWords(endpoint)}</Table.Td>
      <Table.Td>
        <Stack gap={2} align="flex-start">
          <EndpointState of={endpoint} />
          {endpoint.disabledBecause !== null && <Text size="xs">{endpoint.disabledBecause}</Text>}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}
