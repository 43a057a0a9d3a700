"use client";

import { Alert, Button, Center, Code, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { isCancelledError } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useSession } from "@/api/me";
import { isAway, Problem } from "@/api/problem";

import { CountDown } from "./count-down";

const STOPPED = new Problem({
  status: 0,
  title: "You stopped waiting",
  detail: "The server had not answered yet. Nothing was changed.",
});

/** What went wrong, in the server's words, with what to do and what to quote. */
export function ProblemNotice({
  problem,
  onRetry,
  page = false,
  children,
}: {
  problem: Error;
  onRetry?: () => void;
  page?: boolean;
  children?: ReactNode;
}) {
  const session = useSession();
  const known = isCancelledError(problem) ? STOPPED : problem instanceof Problem ? problem : null;
  // A session that has ended says so itself, in a dialog: once is enough.
  if (known?.status === 401 && (session === "ended" || session === "left-elsewhere")) return null;
  const notice = (
    <Alert
      color={known?.status === 404 ? "gray" : isAway(known) ? "yellow" : "red"}
      icon={<IconAlertTriangle aria-hidden />}
      title={known?.title ?? "Something went wrong"}
      role="alert"
      maw={page ? 560 : undefined}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {known?.message ?? "Reload the page. If it happens again, tell us what you did."}
        </Text>
        {children}
        {known?.retryAfter != null && !isAway(known) && (
          <Text size="sm">
            <CountDown problem={known} />
          </Text>
        )}
        {known?.requestId != null && known.status >= 500 && !isAway(known) && (
          <Text size="xs" c="dimmed">
            If it happens again, quote request <Code>{known.requestId}</Code>
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="light" color="gray" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
  return page ? <Center mih="60dvh">{notice}</Center> : notice;
}
