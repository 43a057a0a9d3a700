"use client";

import { Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { journalEntryQuery } from "@/api/journal";
import { useAddress } from "@/components/address";
import { Facts } from "@/components/journal/facts";
import classes from "@/components/journal/journal.module.css";
import { RawJson } from "@/components/journal/raw-json";
import { ProblemNotice } from "@/components/problem-notice";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { kindInWords, pageOf, verbOf } from "./journal-words";

const AT_ONCE = 20;

/** All that one entry of the loans journal holds. */
export function JournalEntryDetail({ sequence }: { sequence: number }) {
  const formats = useFormats();
  const { data, error, refetch } = useQuery(journalEntryQuery("loans", sequence));
  const [shown, setShown] = useState(AT_ONCE);
  if (data === undefined) {
    return error ? (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton h={80} aria-label="Loading" />
    );
  }
  const { writes, events } = data;
  return (
    <Stack gap="xs" py="xs">
      <Text size="xs" c="dimmed">
        Business date {date(data.businessDate, formats)} · seal {data.hash.slice(0, 12)}… after{" "}
        {data.previousHash.slice(0, 12)}…
      </Text>
      {writes.slice(0, shown).map((write) => (
        <Document key={`${write.kind} ${write.id}`} write={write} alone={writes.length === 1} />
      ))}
      {writes.length > shown && (
        <Button
          variant="default"
          size="xs"
          onClick={() => setShown(shown + AT_ONCE)}
          style={{ alignSelf: "start" }}
        >
          Show more of {writes.length} records
        </Button>
      )}
      {events.length > 0 && <RawJson label={`Events (${events.length})`} value={events} />}
      <RawJson label="Full entry as stored" value={data} />
    </Stack>
  );
}

function Document({ write, alone }: { write: Schemas["JournalDocument"]; alone: boolean }) {
  const [, setAddress] = useAddress();
  const { kind, id, version, document } = write;
  const page = pageOf(write);
  return (
    <details className={classes.document} open={alone}>
      <summary>
        <Text span size="sm">
          <b>{nameOf(document) ?? id}</b> · {kindInWords(kind)} {verbOf(write)} · version {version}
        </Text>
      </summary>
      <Stack gap="xs" mt="xs">
        <Group gap="md">
          {page !== null && (
            <Anchor component={Link} href={page} size="sm">
              Open
            </Anchor>
          )}
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => setAddress({ kind, documentId: id, entry: null })}
          >
            All changes
          </Anchor>
        </Group>
        {document === null ? <Text size="sm">Deleted.</Text> : <Facts of={document} />}
      </Stack>
    </details>
  );
}

/** What a stored thing calls itself. */
function nameOf(document: Readonly<Record<string, unknown>> | null): string | null {
  for (const field of ["name", "number", "fileName"]) {
    const name = document?.[field];
    if (typeof name === "string" && name !== "") return name;
  }
  return null;
}
