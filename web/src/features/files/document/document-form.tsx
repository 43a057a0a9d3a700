"use client";

import { ActionIcon, Button, Checkbox, Group, Input, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { useMay } from "@/api/me";
import { DateField } from "@/components/fields/date-field";
import { LoanSelect } from "@/components/fields/loan-select";
import { showUndo } from "@/components/undo";
import { useSaving } from "@/components/use-saving";

import { type DocumentKind, documentQuery, type FiledDocument } from "../records/api/documents";
import { KIND_CHOICES } from "../records/document-words";
import { ThingLink } from "../records/thing-link";
import { changeDocument, draftOf } from "./api/document";

/** Changes what is said of a document. */
export function DocumentForm({ document, onEnd }: { document: FiledDocument; onEnd: () => void }) {
  const client = useQueryClient();
  const mayHide = useMay("file.confidential");
  // What a save replaces: of the version that the form was opened at, or of a later one that it goes over.
  const replaced = useRef(document);
  const form = useForm({ initialValues: valuesOf(document) });
  const { submit, pending, notice } = useSaving<FiledDocument>({
    version: document.version,
    save: (version) => {
      const { expiresOn, retentionUntil, ...said } = form.getValues();
      return changeDocument(
        client,
        { id: document.id, version },
        {
          ...said,
          expiresOn: expiresOn === "" ? null : expiresOn,
          retentionUntil: retentionUntil === "" ? null : retentionUntil,
        },
      );
    },
    latest: async () => {
      replaced.current = await client.fetchQuery({ ...documentQuery(document.id), staleTime: 0 });
      return replaced.current;
    },
    show: (stored) => form.setValues(valuesOf(stored)),
    onSaved: (after) => {
      onEnd();
      const before = replaced.current;
      if (after.version === before.version) return;
      // A longer retention stands: then nothing is promised that could not be kept.
      if (after.retentionUntil === before.retentionUntil) {
        showUndo("Details saved", () => changeDocument(client, after, draftOf(before)));
      } else notifications.show({ message: "Details saved" });
    },
    refuse: form.setErrors,
    fields: ["title", "kind", "expiresOn", "retentionUntil", ...(mayHide ? ["confidential"] : [])],
  });
  const { links } = form.values;
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack gap="sm">
        <TextInput label="Title" required maxLength={200} {...form.getInputProps("title")} data-autofocus />
        <Select
          label="Type"
          data={KIND_CHOICES}
          allowDeselect={false}
          {...form.getInputProps("kind")}
          onChange={(kind) => kind !== null && form.setFieldValue("kind", kind as DocumentKind)}
        />
        <DateField
          label="Expires"
          description="When it loses its force, as insurance does."
          value={form.values.expiresOn}
          error={form.errors.expiresOn}
          onChange={(value) => form.setFieldValue("expiresOn", value)}
        />
        <DateField
          label="Keep until"
          description="Nobody can delete it before. Can be moved later, never earlier."
          value={form.values.retentionUntil}
          error={form.errors.retentionUntil}
          onChange={(value) => form.setFieldValue("retentionUntil", value)}
        />
        {mayHide && (
          <Checkbox
            label="Confidential"
            description="Only managers and administrators see it."
            {...form.getInputProps("confidential", { type: "checkbox" })}
          />
        )}
        {links.length > 0 && (
          <Input.Wrapper label="About" labelElement="div">
            {links.map((link, place) => (
              <Group key={`${link.kind} ${link.id} ${String(link.page)}`} gap="xs" wrap="nowrap" fz="sm">
                <ThingLink thing={link} />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={28}
                  aria-label={`Remove this ${link.kind}`}
                  onClick={() => form.removeListItem("links", place)}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              </Group>
            ))}
          </Input.Wrapper>
        )}
        <LoanSelect
          label="Link to a loan"
          value={null}
          onChange={(id) => {
            if (id !== null && !links.some((link) => link.id === id)) {
              form.insertListItem("links", { kind: "loan", id, page: null });
            }
          }}
        />
        {notice}
        <Group gap="xs">
          <Button type="submit" loading={pending}>
            Save
          </Button>
          <Button variant="default" onClick={onEnd}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What a person may say of a document, as the form holds it. */
function valuesOf(document: FiledDocument) {
  const { expiresOn, retentionUntil, links, ...said } = draftOf(document);
  return { ...said, expiresOn: expiresOn ?? "", retentionUntil: retentionUntil ?? "", links: links ?? [] };
}
