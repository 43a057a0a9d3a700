"use client";

import { Button, Group, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useDropzone } from "react-dropzone";

import { TAPE_ENDINGS } from "../tapes/tape-files";
import classes from "./import-drop.module.css";

/** Where files are dropped; the button opens the same choice from the keyboard. */
export function ImportDrop({
  compact,
  onFiles,
}: {
  compact: boolean;
  onFiles: (files: readonly File[]) => void;
}) {
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    noClick: true,
    noKeyboard: true,
    onDrop: (accepted, rejected) => onFiles([...accepted, ...rejected.map(({ file }) => file)]),
  });
  return (
    <div
      {...getRootProps({
        className: classes.zone,
        "data-active": isDragActive || undefined,
        "data-compact": compact || undefined,
        role: "group",
        "aria-label": "Drop tapes here",
      })}
    >
      <input {...getInputProps({ accept: TAPE_ENDINGS.join(","), "aria-label": "Tapes" })} />
      <Stack align="center" gap={compact ? 4 : "xs"}>
        {!compact && <IconFileUpload size={36} stroke={1.4} aria-hidden />}
        <Text fw={600}>{isDragActive ? "Drop to add" : compact ? "Add files" : "Drop tapes here"}</Text>
        {!compact && (
          <Text size="sm" c="dimmed" ta="center" maw={460}>
            One or more files. Months of a deal are read in the order of their file names. Up to 512 MB each.
          </Text>
        )}
        <Group gap="xs" mt={compact ? 0 : "xs"}>
          <Button size={compact ? "compact-sm" : "sm"} variant={compact ? "subtle" : "light"} onClick={open}>
            Choose files
          </Button>
        </Group>
      </Stack>
    </div>
  );
}
