"use client";

import { Alert, Button, Group, Text } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";

/** Somebody else changed the same thing since it was read: the person decides whose version holds. */
export function ChangedMeanwhile({
  message,
  busy,
  onTakeTheirs,
  onKeepMine,
}: {
  message: string;
  busy: boolean;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}) {
  return (
    <Alert color="yellow" icon={<IconGitMerge aria-hidden />} title="Changed meanwhile" role="alert">
      <Text size="sm">{message} What you entered is still here, and not saved.</Text>
      <Group mt="sm" gap="xs">
        <Button size="xs" variant="default" onClick={onTakeTheirs} disabled={busy}>
          Show what is stored now
        </Button>
        <Button size="xs" variant="default" onClick={onKeepMine} loading={busy}>
          Save mine over it
        </Button>
      </Group>
    </Alert>
  );
}
