"use client";

import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";

import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";
import { useFragment } from "@/components/use-fragment";

import { invitationQuery } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { JoinForm } from "./join-form";

export function InvitationPage() {
  const token = useFragment();
  const offer = useQuery(invitationQuery(token ?? ""));
  if (token === "") {
    return (
      <FrontDoor title="This link is incomplete">
        <Text size="sm">
          An invitation&apos;s link ends in a long code after a # sign. Copy all of it into the address bar,
          or ask whoever sent it to send it again.
        </Text>
      </FrontDoor>
    );
  }
  if (offer.error instanceof Problem && offer.error.status === 404) {
    return (
      <FrontDoor title="This invitation is no longer valid">
        <Stack>
          <Text size="sm">{offer.error.message}</Text>
          <Text size="sm">
            A link is good for seven days and for one person, and can be withdrawn. If you have joined by it
            already, sign in.
          </Text>
          <Group>
            <Button component={Link} href="/sign-in/">
              Sign in
            </Button>
          </Group>
        </Stack>
      </FrontDoor>
    );
  }
  if (offer.error) {
    return (
      <FrontDoor title="Your invitation">
        <ProblemNotice problem={offer.error} onRetry={() => void offer.refetch()} />
      </FrontDoor>
    );
  }
  if (token === null || offer.data === undefined) {
    return (
      <FrontDoor title="Your invitation">
        <Stack aria-busy="true" aria-label="Loading">
          <Skeleton h={60} />
          <Skeleton h={60} />
          <Skeleton h={36} />
        </Stack>
      </FrontDoor>
    );
  }
  return <JoinForm key={token} token={token} offer={offer.data} />;
}
