"use client";

import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** Shows a link or secret that was just made, once. */
export function ShownOnce({
  title,
  label,
  value,
  children,
  onClose,
}: {
  title: string;
  label: string;
  value: string;
  /** What to do with it. */
  children: ReactNode;
  onClose: () => void;
}) {
  return (
    // Closed by its button only: what it shows is gone afterwards.
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={title}
      centered
    >
      <Stack>
        <Group gap="xs" wrap="nowrap" align="flex-end">
          <TextInput
            label={label}
            value={value}
            readOnly
            flex={1}
            data-autofocus
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton value={value} timeout={4000}>
            {({ copied, copy }) => (
              <Button
                variant={copied ? "light" : "filled"}
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
              >
                <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm" c="dimmed" component="div">
          {children}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
