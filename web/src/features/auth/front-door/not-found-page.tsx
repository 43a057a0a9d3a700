import { Button, Center, Group, Stack, Text, Title } from "@mantine/core";

import { Brand } from "@/components/brand";

/** It stands on its own: whatever it is made of comes along with every page. */
export function NotFoundPage() {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack maw={420} gap="md">
        <Brand href="/" />
        <Title order={1}>Page not found</Title>
        <Text size="sm">The address may be mistyped or incomplete.</Text>
        <Group>
          <Button component="a" href="/dashboard/">
            Open the dashboard
          </Button>
          <Button component="a" href="/" variant="default">
            Home
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}
