"use client";

import { Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { journalEntryQuery, journalQuery, verifyJournal } from "@/api/journal";
import { Actor } from "@/components/journal/actor";
import { Facts } from "@/components/journal/facts";
import { useSought } from "@/components/journal/journal-address";
import { JournalEntries } from "@/components/journal/journal-entries";
import { JournalExport } from "@/components/journal/export";
import { JournalFilters } from "@/components/journal/journal-filters";
import classes from "@/components/journal/journal.module.css";
import { RawJson } from "@/components/journal/raw-json";
import { Verification } from "@/components/journal/verification";
import { ProblemNotice } from "@/components/problem-notice";
import { word } from "@/format/format";

import { said } from "./journal-words";

/** The journal of the people: members, sessions, invitations and the organization. */
export function PeopleJournal() {
  const search = useInfiniteQuery(journalQuery("auth", useSought()));
  return (
    <Stack>
      <Verification verify={() => verifyJournal("auth")} />
      <JournalExport service="auth" />
      <JournalFilters label="The journal of people and access" />
      <JournalEntries
        label="The journal of people and access"
        search={search}
        summary={(entry) => <Summary entry={entry} />}
        detail={({ sequence }) => <Detail sequence={sequence} />}
      />
    </Stack>
  );
}

function Summary({ entry }: { entry: Schemas["JournalLine"] }) {
  return said(entry).map(({ text, member, usual }, index) => (
    <Text key={index} size="sm" c={usual ? "dimmed" : undefined} style={{ overflowWrap: "anywhere" }}>
      {member !== undefined && (
        <>
          <Actor id={member} />:{" "}
        </>
      )}
      {text}
    </Text>
  ));
}

function Detail({ sequence }: { sequence: number }) {
  const { data: entry, error, refetch } = useQuery(journalEntryQuery("auth", sequence));
  if (entry === undefined) {
    return error ? (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton h={80} aria-label="Loading" />
    );
  }
  return (
    <Stack gap="xs" py="xs">
      <Text size="xs" c="dimmed">
        Seal {entry.hash.slice(0, 12)}… after {entry.previousHash.slice(0, 12)}…
      </Text>
      {entry.writes.map(({ kind, id, version, deleted, document }) => (
        <details key={`${kind} ${id}`} className={classes.document} open={entry.writes.length === 1}>
          <summary>
            <Text span size="sm">
              <b>{word(kind)}</b> {deleted ? "deleted" : version === 1 ? "created" : "changed"} · version{" "}
              {version}
            </Text>
          </summary>
          {document === null ? (
            <Text size="sm" c="dimmed" mt="xs">
              {deleted ? "Deleted." : "Not shown."}
            </Text>
          ) : (
            <Facts of={document} />
          )}
        </details>
      ))}
      {entry.events.length > 0 && <RawJson label={`Events (${entry.events.length})`} value={entry.events} />}
      <RawJson label="Full entry, without secrets" value={entry} />
    </Stack>
  );
}
