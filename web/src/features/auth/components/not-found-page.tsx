import { Button, Group, Stack, Text } from "@mantine/core";

import { FrontDoor } from "./front-door";

export function NotFoundPage() {
  return (
    <FrontDoor title="There is no such page">
      <Stack>
        <Text size="sm">
          The address may have been mistyped, or cut off on its way to you. Nothing is lost: what you work on
          is where it was.
        </Text>
        <Group>
          <Button component="a" href="/dashboard/">
            Open the dashboard
          </Button>
          <Button component="a" href="/" variant="default">
            Front page
          </Button>
        </Group>
      </Stack>
    </FrontDoor>
  );
}
