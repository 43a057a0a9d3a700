"use client";

import { Button, Group, Select, SimpleGrid, Stack, Switch, TagsInput, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";

import { MembersSelect } from "@/components/fields/members-select";
import { useSaving } from "@/components/use-saving";

import { changeNote, type Note, type Noted, type NoteDraft, readNote, writeNote } from "./api/notes";
import { draftOf, NEW_NOTE, NOTE_KINDS, PRIORITIES } from "./note-draft";

const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

/** Writes a note on a thing, or changes one. */
export function NoteForm({
  on,
  note,
  onSaved,
  onCancel,
}: {
  on: Noted;
  note: Note | null;
  onSaved: (note: Note) => void;
  onCancel: () => void;
}) {
  const form = useForm<NoteDraft>({ initialValues: note === null ? NEW_NOTE : draftOf(note) });
  const { submit, pending, notice } = useSaving<Note>({
    version: note?.version ?? 0,
    save: (version) =>
      note === null ? writeNote(on, form.getValues()) : changeNote(note.id, version, form.getValues()),
    latest: () => readNote(note?.id ?? ""),
    show: (stored) => form.setValues(draftOf(stored)),
    onSaved,
    refuse: form.setErrors,
    fields: ["text", "kind", "priority", "mentions", "tags", "pinned", "private"],
  });
  return (
    <form onSubmit={form.onSubmit(submit)} aria-label={note === null ? "New note" : "Edit note"} noValidate>
      <Stack gap="sm">
        <Textarea
          label="Note"
          autosize
          minRows={3}
          maxRows={16}
          maxLength={10_000}
          data-autofocus
          autoFocus
          {...form.getInputProps("text")}
        />
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
          <Select
            label="Kind"
            data={options(NOTE_KINDS)}
            allowDeselect={false}
            {...form.getInputProps("kind")}
          />
          <Select
            label="Priority"
            data={options(PRIORITIES)}
            allowDeselect={false}
            {...form.getInputProps("priority")}
          />
          <MembersSelect
            label="Mention"
            description={form.values.private ? "Not in a private note." : undefined}
            disabled={form.values.private}
            value={form.values.mentions ?? []}
            onChange={(ids) => form.setFieldValue("mentions", ids)}
            error={form.errors.mentions}
          />
          <TagsInput label="Tags" maxTags={20} {...form.getInputProps("tags")} />
        </SimpleGrid>
        <Group gap="lg">
          <Switch label="Pin to the top" {...form.getInputProps("pinned", { type: "checkbox" })} />
          <Switch
            label="Private: only I can read it"
            {...form.getInputProps("private", { type: "checkbox" })}
            onChange={({ currentTarget: { checked } }) =>
              form.setValues({ private: checked, ...(checked ? { mentions: [] } : {}) })
            }
          />
        </Group>
        {notice}
        <Group gap="xs">
          <Button type="submit" loading={pending}>
            {note === null ? "Add note" : "Save note"}
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
