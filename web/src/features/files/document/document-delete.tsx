"use client";

import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { useBusinessDate, useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";
import { count, date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { FiledDocument } from "../records/api/documents";
import { deleteDocument } from "./api/document";

/** Deletes a document for good, after asking; says why where it must be kept. */
export function DocumentDelete({ document }: { document: FiledDocument }) {
  const client = useQueryClient();
  const router = useRouter();
  const formats = useFormats();
  const mayDelete = useMay("file.delete");
  const today = useBusinessDate();
  const [opened, dialog] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => deleteDocument(client, document),
    onSuccess: () => {
      router.push("/documents/");
      notifications.show({ message: `${document.title} was deleted.` });
    },
  });
  if (!mayDelete) return null;
  const { hold, retentionUntil } = document;
  const kept =
    hold !== null
      ? `It is under a legal hold (${hold.reason}). Lift the hold first.`
      : retentionUntil !== null && today < retentionUntil
        ? `It is kept until ${date(retentionUntil, formats)}. That date can be moved later, never earlier.`
        : null;
  const refused = remove.error instanceof Problem && remove.error.status === 409 ? remove.error : null;
  const why = kept ?? (refused === null ? null : sentence(refused.message, formats));
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => {
          remove.reset();
          dialog.open();
        }}
      >
        Delete
      </Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={why === null ? "Delete this document?" : "This document can’t be deleted"}
        centered
      >
        <Stack>
          {why !== null ? (
            <Alert color="yellow" role="alert">
              {why}
            </Alert>
          ) : (
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              <strong>{document.title}</strong>
              {`${document.versions.length === 1 ? "" : ` and its ${count(document.versions.length, formats)} versions`} will be deleted for good. This can’t be undone.`}
            </Text>
          )}
          {remove.error !== null && refused === null && <ProblemNotice problem={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              {why === null ? "Cancel" : "Close"}
            </Button>
            {why === null && (
              <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
                Delete document
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
