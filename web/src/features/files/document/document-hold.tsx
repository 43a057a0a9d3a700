"use client";

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { useMay } from "@/api/me";
import { notDone } from "@/components/not-done";
import { ProblemNotice } from "@/components/problem-notice";
import { showUndo } from "@/components/undo";

import type { FiledDocument } from "../records/api/documents";
import { holdDocument, releaseDocument } from "./api/document";

/** Puts a document under a legal hold, with a reason, or lifts the one it is under. */
export function DocumentHold({ document }: { document: FiledDocument }) {
  const client = useQueryClient();
  const mayHold = useMay("file.hold");
  const [opened, dialog] = useDisclosure();
  const release = useMutation({
    mutationFn: () => releaseDocument(client, document),
    onSuccess: (after) => {
      const { hold } = document;
      if (hold !== null) showUndo("Legal hold lifted", () => holdDocument(client, after, hold.reason));
    },
    onError: notDone("Not lifted"),
  });
  if (!mayHold) return null;
  if (document.hold !== null) {
    return (
      <Button
        variant="default"
        leftSection={<IconLockOpen size={16} aria-hidden />}
        loading={release.isPending}
        onClick={() => release.mutate()}
      >
        Lift hold
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" leftSection={<IconLock size={16} aria-hidden />} onClick={dialog.open}>
        Hold
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Put under a legal hold" centered>
        <HoldForm document={document} onEnd={dialog.close} />
      </Modal>
    </>
  );
}

function HoldForm({ document, onEnd }: { document: FiledDocument; onEnd: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const holding = useMutation({
    mutationFn: () => holdDocument(client, document, reason.trim()),
    onSuccess: (after) => {
      onEnd();
      showUndo("Put under a legal hold", () => releaseDocument(client, after));
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    holding.mutate();
  };
  return (
    <form onSubmit={send}>
      <Stack>
        <Text size="sm">Nobody can delete the document until the hold is lifted.</Text>
        <TextInput
          label="Reason"
          placeholder="Litigation, Harbor v. Pier"
          required
          maxLength={200}
          data-autofocus
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {holding.error !== null && <ProblemNotice problem={holding.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            Cancel
          </Button>
          <Button type="submit" loading={holding.isPending} disabled={reason.trim() === ""}>
            Put on hold
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
