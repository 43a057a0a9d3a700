"use client";

import { Button, Group, Modal, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { writeSearch } from "@/components/address";
import { ProblemNotice } from "@/components/problem-notice";

import { changeView, createView, type SavedView, type ViewPage } from "./api/views";

/** Name a view: a new one of these filters, or one there is. */
export function ViewForm({
  view,
  page,
  query,
  onClose,
}: {
  view: "new" | SavedView | null;
  page: ViewPage;
  query: string;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={view !== null}
      onClose={onClose}
      title={view === "new" ? "Save as a new view" : "Rename the view"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {view !== null && <Fields view={view} page={page} query={query} onClose={onClose} />}
    </Modal>
  );
}

function Fields({
  view,
  page,
  query,
  onClose,
}: {
  view: "new" | SavedView;
  page: ViewPage;
  query: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const mayShare = useMay("portfolio.write");
  const [name, setName] = useState(view === "new" ? "" : view.name);
  const [shared, setShared] = useState(view === "new" ? false : view.shared);
  const save = useMutation({
    mutationFn: () =>
      view === "new"
        ? createView({ name, page, query, shared })
        : changeView(view, { name, page, query: view.query, shared }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["views", page] });
      writeSearch({ view: id });
      onClose();
    },
  });
  const refusal = save.error instanceof Problem ? save.error : null;
  const ofName = refusal?.errors.find(({ field }) => field === "name")?.message;
  // A name in use is a conflict of the whole draft for the server, and of its name for a person.
  const nameError = ofName ?? (refusal?.status === 409 ? refusal.message : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={nameError}
        />
        {mayShare && (
          <Switch
            label="Share with the organization"
            description="Everybody who may see the portfolio sees the view; the loans stay as they are."
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
        {save.error && nameError === undefined && <ProblemNotice problem={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
