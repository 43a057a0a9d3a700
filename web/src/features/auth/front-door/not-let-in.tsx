"use client";

import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import Link from "@/components/link";

import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";

import { FrontDoor } from "./front-door";

/**
 * After registering or joining, where what was entered does not sign in: the address has an account with another
 * password (the server says so to nobody, and says this to everybody), or signing in just did not work now.
 */
export function NotLetIn({
  title,
  told,
  problem,
  onRetry,
}: {
  title: string;
  told: string;
  problem: Error;
  onRetry: () => void;
}) {
  const known = problem instanceof Problem && (problem.status === 401 || problem.status === 403);
  return (
    <FrontDoor title={known ? "Sign in to continue" : title}>
      <Stack>
        {known ? (
          <>
            <Alert color="blue" icon={<IconInfoCircle aria-hidden />} role="status">
              {told}
            </Alert>
            <Text size="sm">
              The password you have just entered does not open the account of this address. If you have used
              this address here before, sign in with the password you chose then.
            </Text>
          </>
        ) : (
          <>
            <Text size="sm">Your account is ready, but signing in failed. Try again.</Text>
            <ProblemNotice problem={problem} />
          </>
        )}
        <Group>
          <Button component={Link} href="/sign-in/">
            Sign in
          </Button>
          {!known && (
            <Anchor component="button" type="button" onClick={onRetry} size="sm">
              Try again with what I entered
            </Anchor>
          )}
        </Group>
      </Stack>
    </FrontDoor>
  );
}
