"use client";

import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { useAddress } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import { type Note, type NotedKind, noteQuery, notesQuery, pinnedNotesQuery } from "./api/notes";
import { NoteForm } from "./note-form";
import { NoteItem } from "./note-item";

const list = { component: "ul", gap: "sm", p: 0, m: 0, style: { listStyle: "none" } } as const;

/** Each note once, in its latest version, the latest note first: two lists of them are not read at the same moment. */
function latest(notes: readonly Note[]): Note[] {
  const versions = new Map<string, Note>();
  for (const note of notes) {
    if ((versions.get(note.id)?.version ?? 0) < note.version) versions.set(note.id, note);
  }
  return [...versions.values()].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

/** Notes on the thing that the address names; `note` in it names one that is shown alone. */
export function Notes({ kind }: { kind: NotedKind }) {
  const [search, go] = useAddress();
  const on = { thingKind: kind, thingId: search.get("id") ?? "" };
  const one = search.get("note");
  const queries = useQueryClient();
  const mayWrite = useMay("portfolio.write");
  const [writing, setWriting] = useState(false);
  const top = useRef<HTMLHeadingElement>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    notesQuery(on),
  );
  const pinned = useQuery(pinnedNotesQuery(on));
  const known = data && pinned.data && latest([...data.pages.flatMap(({ items }) => items), ...pinned.data]);
  const atTop = known?.filter((note) => note.pinned);
  const others = known?.filter((note) => !note.pinned);
  const hrefOf = ({ id }: Note) => `?${new URLSearchParams({ id: on.thingId, tab: "notes", note: id })}`;
  const item = (note: Note) => (
    <li key={note.id}>
      <NoteItem note={note} href={hrefOf(note)} onGone={() => top.current?.focus()} />
    </li>
  );
  if (one !== null) {
    return <OneNote id={one} href={`${location.search}`} onAll={() => go({ note: null })} />;
  }
  const empty = known?.length === 0;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text component="h2" fw={650} fz="lg" m={0} ref={top} tabIndex={-1}>
          Notes
        </Text>
        {mayWrite && !writing && !empty && <AddNote onClick={() => setWriting(true)} />}
      </Group>
      {writing && (
        <Surface>
          <NoteForm
            on={on}
            note={null}
            onSaved={() => {
              setWriting(false);
              void queries.invalidateQueries({ queryKey: ["notes"] });
            }}
            onCancel={() => setWriting(false)}
          />
        </Surface>
      )}
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {pinned.error !== null && error === null && (
        <ProblemNotice problem={pinned.error} onRetry={() => void pinned.refetch()} />
      )}
      {known === undefined && error === null && pinned.error === null && <Skeleton h={120} radius="md" />}
      {empty && !writing && (
        <EmptyState
          title="No notes yet"
          actions={mayWrite ? <AddNote onClick={() => setWriting(true)} /> : null}
        >
          Write down calls, meetings and what to watch. Who you mention finds it in their inbox.
        </EmptyState>
      )}
      {atTop !== undefined && atTop.length > 0 && (
        <Stack {...list} aria-label="Pinned notes">
          {atTop.map(item)}
        </Stack>
      )}
      {others !== undefined && others.length > 0 && (
        <Stack {...list} aria-label="Notes">
          {others.map(item)}
        </Stack>
      )}
      {hasNextPage && (
        <Button
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
          style={{ alignSelf: "center" }}
        >
          Show earlier notes
        </Button>
      )}
    </Stack>
  );
}

function AddNote({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={onClick}>
      Write a note
    </Button>
  );
}

/** The note that a link names. */
function OneNote({ id, href, onAll }: { id: string; href: string; onAll: () => void }) {
  const { data, error, refetch } = useQuery({ ...noteQuery(id), retry: false });
  const all = (
    <Button variant="default" onClick={onAll} style={{ alignSelf: "start" }}>
      All notes
    </Button>
  );
  if (error instanceof Problem && error.status === 404) {
    return (
      <EmptyState title="This note was deleted" actions={all}>
        Or it is private to somebody else.
      </EmptyState>
    );
  }
  return (
    <Stack gap="md">
      <Text component="h2" fw={650} fz="lg" m={0}>
        Note
      </Text>
      {error !== null && data === undefined && (
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <Skeleton h={120} radius="md" />}
      {data !== undefined && <NoteItem note={data} href={href} onGone={onAll} />}
      {all}
    </Stack>
  );
}
