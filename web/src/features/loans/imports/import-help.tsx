"use client";

import { Button, Group, List } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { download } from "@/api/client";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

/** What can be read, for who has no file at hand yet. */
export function ImportHelp() {
  const template = useMutation({ mutationFn: () => download("/api/v1/tapes/template", "template.csv") });
  return (
    <Surface title="Supported files">
      <List size="sm" spacing={6} maw={760}>
        <List.Item>
          <b>EX-102</b>: the asset-level exhibit of a CMBS deal, one XML file a month, as the SEC publishes
          it. Loans, properties and payments are detected automatically.
        </List.Item>
        <List.Item>
          <b>CSV or Excel (.xlsx)</b>: a table of loans. Known layouts, such as CREFC’s files, are read by
          themselves; map the columns of others once.
        </List.Item>
        <List.Item>
          Importing a file twice changes nothing. Earlier months fill in history. Every import can be undone.
        </List.Item>
      </List>
      <Group mt="md" gap="md">
        <Button
          size="xs"
          variant="light"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={template.isPending}
          onClick={() => template.mutate()}
        >
          CSV template
        </Button>
      </Group>
      {template.error && <ProblemNotice problem={template.error} />}
    </Surface>
  );
}
