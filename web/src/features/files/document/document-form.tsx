"use client";

import { ActionIcon, Button, Checkbox, Group, Input, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { DateField } from "@/components/fields/date-field";
import { LoanSelect } from "@/components/fields/loan-select";
import { refusalsByField } from "@/components/fields/refusals";
import { ProblemNotice } from "@/components/problem-notice";
import { showUndo } from "@/components/undo";

import type { DocumentKind, FiledDocument } from "../records/api/documents";
import { KIND_CHOICES } from "../records/document-words";
import { ThingLink } from "../records/thing-link";
import { changeDocument, draftOf } from "./api/document";

/** Changes what is said of a document. */
export function DocumentForm({ document, onEnd }: { document: FiledDocument; onEnd: () => void }) {
  const client = useQueryClient();
  const mayHide = useMay("file.confidential");
  const before = draftOf(document);
  const form = useForm({
    initialValues: {
      ...before,
      expiresOn: before.expiresOn ?? "",
      retentionUntil: before.retentionUntil ?? "",
      links: before.links ?? [],
    },
  });
  const saving = useMutation({
    mutationFn: () => {
      const { expiresOn, retentionUntil, ...said } = form.values;
      return changeDocument(client, document, {
        ...said,
        expiresOn: expiresOn === "" ? null : expiresOn,
        retentionUntil: retentionUntil === "" ? null : retentionUntil,
      });
    },
    onSuccess: (after) => {
      onEnd();
      if (after.version === document.version) return;
      // A longer retention stands: then nothing is promised that could not be kept.
      if (after.retentionUntil === document.retentionUntil) {
        showUndo("Details saved", () => changeDocument(client, after, before));
      } else notifications.show({ message: "Details saved" });
    },
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  const told = saving.error instanceof Problem && saving.error.errors.length > 0;
  const { links } = form.values;
  return (
    <form onSubmit={form.onSubmit(() => saving.mutate())} noValidate>
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
        {saving.error !== null && !told && <ProblemNotice problem={saving.error} />}
        <Group gap="xs">
          <Button type="submit" loading={saving.isPending}>
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
