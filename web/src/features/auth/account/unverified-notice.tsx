"use client";

import { Alert, Button, Group, Text } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { useMe } from "@/api/me";
import { ProblemNotice } from "@/components/problem-notice";

import { sendVerification } from "./api/account";

/** Says that the address is not confirmed yet, and sends the link again; nothing once it is. */
export function UnverifiedNotice() {
  const { member } = useMe();
  const sending = useMutation({ mutationFn: sendVerification });
  if (member.emailVerified) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconMail aria-hidden />}
      title="Confirm your email address"
      className="no-print"
    >
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        Open the link that was sent to {member.email}. Until then, you get no other email. Everything else
        works.
      </Text>
      {sending.error && <ProblemNotice problem={sending.error} />}
      <Group mt="sm" gap="sm">
        <Button size="xs" variant="default" onClick={() => sending.mutate()} loading={sending.isPending}>
          Send link again
        </Button>
        <Text size="xs" role="status">
          {sending.data?.message}
        </Text>
      </Group>
    </Alert>
  );
}
