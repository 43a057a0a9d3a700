"use client";

import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { count, counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type Batch, undoable, undoBatch } from "./api/import-batch";
import { type Import, undoImport } from "./api/imports";

/** Take the import back, after asking. */
export function ImportUndo({ work }: { work: Import }) {
  const client = useQueryClient();
  const undo = useMutation({ mutationFn: () => undoImport(work.id, client), onError: showNotUndone });
  const ask = () => askToUndo("this import", "this file", () => undo.mutate());
  return (
    <Button
      variant="default"
      leftSection={<IconArrowBackUp size={18} aria-hidden />}
      loading={undo.isPending}
      onClick={ask}
    >
      Undo
    </Button>
  );
}

/** Take all files of a batch back, after asking; there is nothing to press where none was imported. */
export function BatchUndo({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const formats = useFormats();
  const undo = useMutation({ mutationFn: () => undoBatch(client, batch), onError: showNotUndone });
  const files = undoable(batch).length;
  if (files === 0 && !undo.isPending) return null;
  const what = files === 1 ? "the import" : `all ${count(files, formats)} imports`;
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconArrowBackUp size={16} aria-hidden />}
      loading={undo.isPending}
      onClick={() => askToUndo(what, files === 1 ? "the file" : "these files", () => undo.mutate())}
    >
      {`Undo ${what}`}
    </Button>
  );
}

const showNotUndone = (error: Error): void =>
  void notifications.show({ color: "red", title: "Not undone", message: error.message });

function askToUndo(what: string, files: string, onConfirm: () => void): void {
  modals.openConfirmModal({
    title: `Undo ${what}?`,
    children: (
      <Stack gap="xs">
        <Text size="sm">
          {`Changes from ${files} are removed. Loans, properties and lenders that only came from it are deleted.`}
        </Text>
        <Text size="sm">Later edits and corrections stay and are listed.</Text>
      </Stack>
    ),
    labels: { confirm: what === "this import" ? "Undo the import" : `Undo ${what}`, cancel: "Cancel" },
    confirmProps: { color: "red" },
    onConfirm,
  });
}

/** What an undo did, and what it left with the reason. */
export function ImportUndone({ undo }: { undo: Schemas["UndoResult"] }) {
  const formats = useFormats();
  const more = undo.refused - undo.kept.length;
  return (
    <Alert color={undo.refused > 0 ? "orange" : "gray"} title="Undone" role="status">
      <Stack gap="xs">
        <Text size="sm">
          {`${counted(undo.withdrawn, "statement was", "statements were", formats)} withdrawn, ${counted(undo.deleted, "loan", "loans", formats)} deleted that no other tape speaks of.`}
        </Text>
        {undo.kept.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              Left as they are:
            </Text>
            <List size="sm" spacing={2}>
              {undo.kept.map(({ number, reason }, index) => (
                <List.Item key={index} style={{ overflowWrap: "anywhere" }}>
                  <b>{number}</b>: {reason}
                </List.Item>
              ))}
              {more > 0 && <List.Item>{`and ${counted(more, "other", "others", formats)}`}</List.Item>}
            </List>
          </>
        )}
      </Stack>
    </Alert>
  );
}
