"use client";

import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { ProblemNotice } from "./problem-notice";

/** A button that deletes a thing of the kind `noun`, after asking. */
export function Deletion({
  noun,
  removal,
  onDelete,
  kept = null,
  children,
}: {
  noun: string;
  removal: {
    readonly isPending: boolean;
    readonly isSuccess: boolean;
    readonly error: Error | null;
    readonly reset: () => void;
  };
  onDelete: () => void;
  /** Why it has to be kept; null where it has not. */
  kept?: string | null;
  /** What becomes of it. */
  children: ReactNode;
}) {
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => {
          removal.reset();
          dialog.open();
        }}
      >
        Delete
      </Button>
      <Modal
        opened={opened && !removal.isSuccess}
        onClose={dialog.close}
        title={kept === null ? `Delete this ${noun}?` : `This ${noun} can’t be deleted`}
        closeButtonProps={{ "aria-label": "Close" }}
        centered
      >
        <Stack>
          {kept === null ? (
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {children}
            </Text>
          ) : (
            <Alert color="yellow" role="alert">
              {kept}
            </Alert>
          )}
          {kept === null && removal.error !== null && <ProblemNotice problem={removal.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              {kept === null ? "Cancel" : "Close"}
            </Button>
            {kept === null && (
              <Button color="red" loading={removal.isPending} onClick={onDelete}>
                {`Delete ${noun}`}
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
