"use client";

import { Button, Container, Group, Stack, Text, Title } from "@mantine/core";

import { useMe } from "@/api/me";
import { signOutNow } from "@/components/sign-out";

import { SecondFactor } from "./second-factor";

/** What a member sees whose organization requires a second factor, until they have added one. */
export function EnrollingPage() {
  const { organization } = useMe();
  return (
    <Container component="main" size="xs" py="xl">
      <Stack>
        <Title order={1} size="h2">
          One more step
        </Title>
        <Text>
          {organization.name} requires a second factor. Add an authenticator app to go on; any that shows six
          digits will do.
        </Text>
        <SecondFactor />
        <Group>
          <Button variant="subtle" color="gray" onClick={signOutNow}>
            Sign out
          </Button>
        </Group>
      </Stack>
    </Container>
  );
}
