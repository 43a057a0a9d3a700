"use client";

import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";

const LONG_ENOUGH_TO_READ = 15_000;

/** Say what was done, with a button that takes it back while the notification stands. */
export function notifyWithUndo(title: string, undo: () => Promise<unknown>): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    title,
    message: <Undo undo={undo} onDone={() => notifications.hide(id)} />,
    autoClose: LONG_ENOUGH_TO_READ,
    closeButtonProps: { "aria-label": "Dismiss" },
  });
}

function Undo({ undo, onDone }: { undo: () => Promise<unknown>; onDone: () => void }) {
  const [state, setState] = useState<{ busy: boolean; refused: string | null }>({
    busy: false,
    refused: null,
  });
  const press = async () => {
    setState({ busy: true, refused: null });
    try {
      await undo();
      onDone();
    } catch (error) {
      setState({ busy: false, refused: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <Group gap="xs">
      <Button size="compact-sm" variant="default" loading={state.busy} onClick={() => void press()}>
        Undo
      </Button>
      {state.refused !== null && (
        <Text size="sm" role="alert">
          {state.refused}
        </Text>
      )}
    </Group>
  );
}
