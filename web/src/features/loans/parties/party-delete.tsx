"use client";

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { ProblemNotice } from "@/components/problem-notice";
import { showUndo } from "@/components/undo";

import { deleteParty, type Party, partyChanged, restoreVersion } from "../records/api/party";
import type { Shape } from "../records/shape";

/** Deletes a thing after asking; what still refers to it is told. It can be taken back with one press. */
export function PartyDelete({ shape, thing }: { shape: Shape; thing: Party }) {
  const client = useQueryClient();
  const router = useRouter();
  const [opened, confirmation] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => deleteParty(shape.kind, thing),
    onSuccess: () => {
      router.push(shape.listAddress);
      client.removeQueries({ queryKey: [shape.kind, thing.id] });
      partyChanged(client, shape.kind);
      showUndo(`${thing.name} was deleted.`, async () =>
        partyChanged(client, shape.kind, await restoreVersion(shape.kind, thing.id, thing.version)),
      );
    },
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => {
          remove.reset();
          confirmation.open();
        }}
      >
        Delete
      </Button>
      <Modal opened={opened} onClose={confirmation.close} title={`Delete this ${shape.noun}?`} centered>
        <Stack>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <strong>{thing.name}</strong>
            {" will no longer be there. Its history is kept, and it can be restored."}
          </Text>
          {remove.error && <ProblemNotice problem={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={confirmation.close} data-autofocus>
              Cancel
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {`Delete ${shape.noun}`}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
