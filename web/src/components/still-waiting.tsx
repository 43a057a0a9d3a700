"use client";

import { Affix, Button, Group, Loader, Paper, Text } from "@mantine/core";
import { type Query, useIsFetching, useQueryClient } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";

/** How long to wait for figures before saying so. */
const PATIENCE = 6_000;

/** Whether something is waited for: what is followed as it changes (`meta.followed`) is there once its first word is. */
const isAwaited = ({ meta, state }: Query): boolean => meta?.followed !== true || state.data == null;

/** Says after a while that the server is being waited for, and lets one stop or try again. */
export function StillWaiting() {
  return <OfPage key={usePathname()} />;
}

function OfPage() {
  const queries = useQueryClient();
  const fetching = useIsFetching({ predicate: isAwaited }) > 0;
  const [stopped, setStopped] = useState<readonly { query: Query; since: number }[]>([]);
  // What has come since, or is not shown any more, is not missing.
  const missing = stopped.filter(
    ({ query, since }) => query.isActive() && query.state.dataUpdatedAt === since,
  );
  const stop = async () => {
    const waitedFor = queries.getQueryCache().findAll({ fetchStatus: "fetching", predicate: isAwaited });
    setStopped(waitedFor.map((query) => ({ query, since: query.state.dataUpdatedAt })));
    // As a failure, which each part of the page can show; otherwise some parts would ask again at once by themselves.
    await queries.cancelQueries({ fetchStatus: "fetching", predicate: isAwaited }, { revert: false });
    return waitedFor;
  };
  const ask = (wanted: readonly Query[]) => {
    setStopped([]);
    void queries.refetchQueries({ predicate: (query) => wanted.includes(query) });
  };
  if (fetching) {
    return (
      <AfterPatience>
        <Loader size="xs" aria-hidden />
        <Text size="sm">Still waiting for the server.</Text>
        <Button size="compact-sm" variant="default" onClick={() => void stop()}>
          Stop
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void stop().then(ask)}>
          Try again
        </Button>
      </AfterPatience>
    );
  }
  if (missing.length === 0) return null;
  return (
    <Notice>
      <Text size="sm">You stopped waiting: not all of this page is there, or new.</Text>
      <Button size="compact-sm" variant="default" onClick={() => ask(missing.map(({ query }) => query))}>
        Try again
      </Button>
    </Notice>
  );
}

function AfterPatience({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setOver(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, []);
  return over ? <Notice>{children}</Notice> : null;
}

function Notice({ children }: { children: ReactNode }) {
  return (
    <Affix position={{ top: 64, left: 16, right: 16 }} style={{ pointerEvents: "none" }} className="no-print">
      <Group justify="center">
        <Paper withBorder shadow="md" px="md" py="xs" role="status" style={{ pointerEvents: "auto" }}>
          <Group gap="sm">{children}</Group>
        </Paper>
      </Group>
    </Affix>
  );
}
