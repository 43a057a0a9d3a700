"use client";

import { Alert, List, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";

import { answersAgain } from "@/api/client";
import { isAway, Problem } from "@/api/problem";

/** How often a part that is away is looked for. */
const LOOK_AGAIN = 3_000;

/**
 * Says which parts of the product are away, in the server's words, and looks for them: once one answers, what it did
 * not answer is asked for again, by itself.
 */
export function PartsAway() {
  const queries = useQueryClient();
  const said = useSyncExternalStore(
    useCallback((changed) => queries.getQueryCache().subscribe(changed), [queries]),
    () => saidOf(queries).join("\n"),
    () => "",
  );
  const away = said !== "";

  // Whether a part is there again, nobody tells: it is asked, as long as this page is open.
  useEffect(() => {
    if (!away) return undefined;
    const looking = new AbortController();
    const timer = window.setInterval(() => void lookAgain(queries, looking.signal), LOOK_AGAIN);
    return () => {
      window.clearInterval(timer);
      looking.abort();
    };
  }, [away, queries]);

  if (!away) return null;
  const words = said.split("\n");
  return (
    <Alert
      role="status"
      color="yellow"
      icon={<IconPlugConnectedX aria-hidden />}
      title={words.length === 1 ? "A part is away" : "Parts are away"}
      mb="md"
      maw="var(--page-width)"
      mx="auto"
      className="no-print"
    >
      {words.length === 1 ? (
        <Text size="sm">{words[0]}</Text>
      ) : (
        <List size="sm">
          {words.map((one) => (
            <List.Item key={one}>{one}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed">
        It is looked for every few seconds, and shown by itself once it is back.
      </Text>
    </Alert>
  );
}

const shownAndAway = (queries: QueryClient): Query[] =>
  queries.getQueryCache().findAll({ type: "active", predicate: ({ state }) => isAway(state.error) });

/** What is said of the parts that did not answer, each once; when to try again is not for the reader to do. */
function saidOf(queries: QueryClient): string[] {
  const words = shownAndAway(queries).map(({ state }) => state.error?.message ?? "");
  return [...new Set(words.map((one) => one.replace(/ Try again in [^.]*\.$/, "")))].sort();
}

/** Ask one address of each part, and where it answers again, for all that it had not answered. */
async function lookAgain(queries: QueryClient, signal: AbortSignal): Promise<void> {
  if (document.hidden) return;
  const parts = new Map<string, Query[]>();
  for (const query of shownAndAway(queries)) {
    const words = query.state.error?.message ?? "";
    parts.set(words, [...(parts.get(words) ?? []), query]);
  }
  for (const [, missing] of parts) {
    const { error } = missing[0]?.state ?? {};
    const address = error instanceof Problem ? error.address : null;
    // Asked beside the page's own questions: those keep saying what is wrong until there is an answer.
    if (address !== null && !(await answersAgain(address, signal))) continue;
    if (signal.aborted) return;
    void queries.refetchQueries({ type: "active", predicate: (query) => missing.includes(query) });
  }
}
