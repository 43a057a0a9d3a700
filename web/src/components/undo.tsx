"use client";

import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

const LONG_ENOUGH_TO_DECIDE = 12_000;

/** Say what was done, with a button that takes it back. `undo` may throw: then it says that it did not work. */
export function showUndo(done: string, undo: () => Promise<unknown>): void {
  const id = notifications.show({
    autoClose: LONG_ENOUGH_TO_DECIDE,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {done}
        </Text>
        <Button size="compact-sm" variant="light" onClick={() => void takeBack()} style={{ flex: "none" }}>
          Undo
        </Button>
      </Group>
    ),
  });
  const takeBack = async () => {
    notifications.hide(id);
    try {
      await undo();
      notifications.show({ message: "Undone" });
    } catch (error) {
      notifications.show({
        color: "red",
        title: "Couldn’t undo",
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
}
