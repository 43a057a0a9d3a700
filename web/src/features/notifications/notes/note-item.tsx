"use client";

import { Anchor, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconLock, IconPin } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";

import { useMay, useMe } from "@/api/me";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { notSaved } from "@/components/not-done";
import { Surface } from "@/components/surface";
import { showUndo } from "@/components/undo";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { changeNote, deleteNote, type Note, restoreNote } from "./api/notes";
import { draftOf, NOTE_KINDS } from "./note-draft";
import { NoteForm } from "./note-form";

/** A note with what its reader may do with it. `href` leads to it alone. */
export function NoteItem({ note, href, onGone }: { note: Note; href: string; onGone: () => void }) {
  const formats = useFormats();
  const queries = useQueryClient();
  const me = useMe().member.id;
  const [mayWrite, manages] = [useMay("portfolio.write"), useMay("portfolio.delete")];
  const [editing, setEditing] = useState(false);
  const own = note.author === me && mayWrite;
  const again = () => queries.invalidateQueries({ queryKey: ["notes"] });
  const pin = useMutation({
    mutationFn: () => changeNote(note.id, note.version, { ...draftOf(note), pinned: !note.pinned }),
    onSettled: again,
    onError: notSaved,
  });
  const remove = useMutation({
    mutationFn: () => deleteNote(note),
    onSuccess: () => {
      onGone();
      showUndo("The note was deleted", async () => {
        await restoreNote(note.id);
        await again();
      });
    },
    onSettled: again,
    onError: notSaved,
  });
  const done = () => {
    setEditing(false);
    void again();
  };
  if (editing) {
    return (
      <Surface>
        <NoteForm on={note} note={note} onSaved={done} onCancel={done} />
      </Surface>
    );
  }
  return (
    <Surface>
      <Stack gap="xs">
        <Group gap="xs">
          <Text size="sm" fw={600} component="span">
            <Actor id={note.author} />
          </Text>
          <Anchor component={Link} href={href} size="sm" c="dimmed">
            {moment(note.createdAt, formats)}
          </Anchor>
          {note.editedAt !== null && (
            <Text size="xs" c="dimmed" title={moment(note.editedAt, formats)}>
              edited
            </Text>
          )}
          <Marks note={note} />
        </Group>
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {note.text}
        </Text>
        {note.mentions.length > 0 && (
          <Text size="xs" c="dimmed">
            Mentions{" "}
            {note.mentions.map((id, place) => (
              <Fragment key={id}>
                {place > 0 && ", "}
                <Actor id={id} />
              </Fragment>
            ))}
          </Text>
        )}
        {(own || (manages && mayWrite)) && (
          <Group gap="xs">
            {own && (
              <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
                Edit
              </Button>
            )}
            <Button size="compact-sm" variant="default" loading={pin.isPending} onClick={() => pin.mutate()}>
              {note.pinned ? "Unpin" : "Pin"}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Delete
            </Button>
          </Group>
        )}
      </Stack>
    </Surface>
  );
}

function Marks({ note }: { note: Note }) {
  const mark = { size: "sm", tt: "none" } as const;
  return (
    <>
      {note.pinned && (
        <Badge {...mark} variant="light" leftSection={<IconPin size={12} aria-hidden />}>
          Pinned
        </Badge>
      )}
      {note.private && (
        <Badge {...mark} variant="light" color="gray" leftSection={<IconLock size={12} aria-hidden />}>
          Private
        </Badge>
      )}
      {note.priority === "high" && (
        <Badge {...mark} color="red.8">
          High priority
        </Badge>
      )}
      {note.priority === "low" && (
        <Badge {...mark} variant="default">
          Low priority
        </Badge>
      )}
      {note.kind !== "general" && (
        <Badge {...mark} variant="default">
          {NOTE_KINDS[note.kind]}
        </Badge>
      )}
      {note.tags.map((tag) => (
        <Badge key={tag} {...mark} variant="outline" color="gray">
          {tag}
        </Badge>
      ))}
    </>
  );
}
