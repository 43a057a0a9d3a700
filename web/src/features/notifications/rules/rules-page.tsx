"use client";

import { Anchor, Button, Modal, Skeleton, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";

import { useMay } from "@/api/me";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { defaultRulesQuery, type Rule, rulesQuery } from "./api/rules";
import { RuleForm } from "./rule-form";
import { RuleState } from "./rule-state";
import { defaultWords, shortCondition } from "./rule-words";

/** An organization's own rules, and those that hold by default. */
export function RulesPage() {
  const queries = useQueryClient();
  const router = useRouter();
  const may = useMay("portfolio.write");
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Rules"
      subtitle="What is watched in your loans, and who is told"
      actions={
        may ? (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            Add rule
          </Button>
        ) : undefined
      }
    >
      <Allowed to="portfolio.read" what="rules">
        <OwnRules />
        <DefaultRules />
      </Allowed>
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Add rule"
        size="lg"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <RuleForm
          rule={null}
          onSaved={({ id }) => {
            setAdding(false);
            void queries.invalidateQueries({ queryKey: ["rules"] });
            router.push(`/settings/rule/?id=${id}`);
          }}
          onCancel={() => setAdding(false)}
        />
      </Modal>
    </Page>
  );
}

function OwnRules() {
  const { data, error, refetch } = useQuery(rulesQuery);
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={160} radius="md" aria-label="Loading" />
    ) : (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    );
  }
  if (data.length === 0) {
    return (
      <EmptyState title="No rules of your own yet">
        Add one to be told when a DSCR falls below its covenant, an LTV rises, or a maturity comes near.
      </EmptyState>
    );
  }
  return (
    <Surface p={0} style={{ overflow: "hidden" }}>
      <Table aria-label="Rules" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Rule</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col" visibleFrom="sm">
              Last told
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((rule) => (
            <Row key={rule.id} rule={rule} />
          ))}
        </Table.Tbody>
      </Table>
    </Surface>
  );
}

function Row({ rule }: { rule: Rule }) {
  const formats = useFormats();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
        <Anchor component={Link} href={`/settings/rule/?id=${rule.id}`} fw={600} size="sm">
          {rule.name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {shortCondition(rule, formats)}
        </Text>
      </Table.Th>
      <Table.Td>
        <RuleState active={rule.active} />
      </Table.Td>
      <Table.Td visibleFrom="sm">{rule.toldAt === null ? "Never" : moment(rule.toldAt, formats)}</Table.Td>
    </Table.Tr>
  );
}

function DefaultRules() {
  const formats = useFormats();
  const { data, error, refetch } = useQuery(defaultRulesQuery);
  return (
    <Surface title="By default">
      <Text size="sm" c="dimmed" mb="sm">
        These hold for all loans. Each topic can be turned off under{" "}
        <Anchor component={Link} href="/settings/notifications/" inherit underline="always">
          Notifications
        </Anchor>
        .
      </Text>
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={240} radius="md" aria-label="Loading" />}
      {data !== undefined && (
        <Table aria-label="Rules by default" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">What</Table.Th>
              <Table.Th scope="col">Told when</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((rule) => {
              const { what, when } = defaultWords(rule, formats);
              return (
                <Table.Tr key={what}>
                  <Table.Th scope="row" fw={400}>
                    {what}
                  </Table.Th>
                  <Table.Td>{when}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </Surface>
  );
}
