"use client";

import { Button, Group, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useDropzone } from "react-dropzone";

import classes from "./upload-drop.module.css";

/** Where files are dropped; the button opens the same choice from the keyboard. */
export function UploadDrop({
  label = "Upload documents",
  several = true,
  onFiles,
}: {
  label?: string;
  several?: boolean;
  onFiles: (files: readonly File[]) => void;
}) {
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    noClick: true,
    noKeyboard: true,
    multiple: several,
    onDrop: (accepted, rejected) => onFiles([...accepted, ...rejected.map(({ file }) => file)]),
  });
  return (
    <div
      {...getRootProps({
        className: `${classes.zone} no-print`,
        "data-active": isDragActive || undefined,
        role: "group",
        "aria-label": label,
      })}
    >
      <input {...getInputProps({ "aria-label": `Files: ${label}` })} />
      <Group gap="sm" justify="center">
        <Button size="sm" variant="light" leftSection={<IconUpload size={16} aria-hidden />} onClick={open}>
          {label}
        </Button>
        <Text size="sm" c="dimmed">
          {isDragActive
            ? "Drop to add"
            : several
              ? "or drop files here, several at once"
              : "or drop a file here"}
        </Text>
      </Group>
    </div>
  );
}
