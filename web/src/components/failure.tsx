"use client";

import { Alert, Button, Center, Code, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

/** A page's parts are loaded as they are needed: after an update the old ones are gone. */
const OUTDATED = /ChunkLoadError|Loading (CSS )?chunk|dynamically imported module|error loading/i;

/** A page broke. Says what to do: a newer version wants a reload, anything else another try. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const outdated = OUTDATED.test(words);
  return (
    <Center mih="60dvh" p="md">
      <Alert
        color={outdated ? "blue" : "red"}
        icon={<IconAlertTriangle aria-hidden />}
        title={outdated ? "A newer version is here" : "Something went wrong on this page"}
        role="alert"
        maw={560}
      >
        <Stack gap="sm" align="flex-start">
          <Text size="sm">
            {outdated
              ? "This page was opened before the product was updated, or the connection broke. Reload it to go on; what you saved is saved."
              : "What you saved is saved. Try again; if it goes wrong again, tell us what you did and quote this:"}
          </Text>
          {!outdated && <Code block>{words}</Code>}
          <Group gap="xs">
            <Button size="xs" onClick={() => (outdated ? location.reload() : retry())}>
              {outdated ? "Reload" : "Try again"}
            </Button>
            <Button size="xs" variant="default" component="a" href="/dashboard/">
              Open the dashboard
            </Button>
          </Group>
        </Stack>
      </Alert>
    </Center>
  );
}
