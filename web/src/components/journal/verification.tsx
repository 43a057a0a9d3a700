"use client";

import { Alert, Button, Code, Group, List, Loader, Stack, Text } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { ProblemNotice } from "@/components/problem-notice";
import { count, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

type Verified = Schemas["JournalVerification"];

/** Proves on demand that a journal is as it was written. */
export function Verification({ verify }: { verify: () => Promise<Verified> }) {
  const check = useMutation({
    mutationFn: async () => ({ ...(await verify()), at: new Date().toISOString() }),
  });
  return (
    <Stack gap="sm">
      <Group gap="sm" className="no-print">
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          onClick={() => check.mutate()}
          disabled={check.isPending}
        >
          Verify integrity
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {check.isPending && (
            <Group component="span" gap="xs">
              <Loader size={14} aria-hidden />
              Checking every entry and record. This can take a while.
            </Group>
          )}
        </Text>
      </Group>
      {check.error && <ProblemNotice problem={check.error} />}
      {check.data !== undefined && !check.isPending && <Result found={check.data} />}
    </Stack>
  );
}

function Result({ found }: { found: Verified & { at: string } }) {
  const formats = useFormats();
  const entries = `${count(found.entries, formats)} ${found.entries === 1 ? "entry" : "entries"}`;
  if (found.sound) {
    return (
      <Alert color="teal" icon={<IconShieldCheck aria-hidden />} title="Verified" role="status">
        <Text size="sm">
          Checked {moment(found.at, formats)}: {entries}, each sealed by the one before, and every document.
          All are as they were written.
        </Text>
        <Seal hash={found.lastHash} />
      </Alert>
    );
  }
  return (
    <Alert
      color="red"
      icon={<IconShieldX aria-hidden />}
      title={
        found.firstBadSequence === null
          ? "Not verified"
          : `Not verified from entry ${found.firstBadSequence} on`
      }
      role="alert"
    >
      <Stack gap="xs">
        <Text size="sm">
          Checked {moment(found.at, formats)}. {found.reason} The {entries} before that are as they were
          written.
        </Text>
        <Text size="sm" fw={600}>
          What to do
        </Text>
        <List size="sm" type="ordered">
          <List.Item>
            Change nothing more, and keep the data folder as it is now: a copy of it is evidence.
          </List.Item>
          <List.Item>
            Tell whoever runs the server. Something other than this product has written to its files, or a
            disk has failed.
          </List.Item>
          <List.Item>
            Verify backups, the newest first, until one is sound; what was entered since is in the entries
            after it.
          </List.Item>
        </List>
        <Seal hash={found.lastHash} />
      </Stack>
    </Alert>
  );
}

function Seal({ hash }: { hash: string }) {
  return (
    <Text size="xs" c="dimmed" mt="xs" style={{ overflowWrap: "anywhere" }}>
      Last seal <Code>{hash}</Code>. Kept elsewhere, it proves later that nothing before it was rewritten.
    </Text>
  );
}
