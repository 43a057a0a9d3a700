"use client";

import { Button, Modal, Skeleton, Stack, Table } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { useSearch } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type Rule, ruleQuery } from "./api/rules";
import { RuleDeeds } from "./rule-deeds";
import { RuleForm } from "./rule-form";
import { RuleSentence } from "./rule-sentence";
import { RuleState } from "./rule-state";

/** One rule: what it does, and what can be done with it. */
export function RulePage() {
  const id = useSearch().get("id") ?? "";
  return (
    <Allowed to="portfolio.read" what="rules">
      <KnownRule key={id} id={id} />
    </Allowed>
  );
}

function KnownRule({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({ ...ruleQuery(id), enabled: id !== "", retry: false });
  const queries = useQueryClient();
  const may = useMay("portfolio.write");
  const [editing, setEditing] = useState<Rule | null>(null);
  if (data === undefined) {
    const gone = id === "" || (error instanceof Problem && error.status === 404);
    return (
      <Page title="Rule">
        {gone ? (
          <EmptyState
            title="This rule doesn’t exist"
            actions={
              <Button component={Link} href="/settings/rules/" variant="default">
                All rules
              </Button>
            }
          >
            It may have been deleted. What it told stays in inboxes.
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
      title={data.name}
      subtitle="Rule"
      actions={may ? <RuleDeeds rule={data} onEdit={() => setEditing(data)} /> : undefined}
    >
      <RuleFacts rule={data} />
      <Modal
        opened={editing !== null}
        onClose={() => setEditing(null)}
        title="Edit rule"
        size="lg"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {editing !== null && (
          <RuleForm
            rule={editing}
            onSaved={() => {
              setEditing(null);
              void queries.invalidateQueries({ queryKey: ["rules"] });
            }}
            onCancel={() => setEditing(null)}
          />
        )}
      </Modal>
    </Page>
  );
}

function RuleFacts({ rule }: { rule: Rule }) {
  const formats = useFormats();
  const facts: [string, React.ReactNode][] = [
    ["State", <RuleState key="state" active={rule.active} />],
    ["Last told", rule.toldAt === null ? "Never" : moment(rule.toldAt, formats)],
    [
      "Made",
      <span key="made">
        {moment(rule.createdAt, formats)} by <Actor id={rule.madeBy} />
      </span>,
    ],
  ];
  return (
    <Surface title="What it does">
      <Stack gap="sm">
        <RuleSentence draft={rule} />
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
      </Stack>
    </Surface>
  );
}
