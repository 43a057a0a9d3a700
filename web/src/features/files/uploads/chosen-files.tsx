"use client";

import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";

import { useMay } from "@/api/me";
import { Surface } from "@/components/surface";
import { fileSize } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { DocumentKind } from "../records/api/documents";
import { KIND_CHOICES } from "../records/document-words";
import { unsendable } from "./file-limits";
import classes from "./upload-drop.module.css";

export interface Chosen {
  readonly file: File;
  readonly kind: DocumentKind;
}

/** Files that were chosen: what each is, and whether they are confidential, before they are sent. */
export function ChosenFiles({
  chosen,
  confidential,
  onKind,
  onRemove,
  onConfidential,
  onSend,
  onCancel,
}: {
  chosen: readonly Chosen[];
  confidential: boolean;
  onKind: (file: File, kind: DocumentKind) => void;
  onRemove: (file: File) => void;
  onConfidential: (confidential: boolean) => void;
  onSend: () => void;
  onCancel: () => void;
}) {
  const formats = useFormats();
  const mayHide = useMay("file.confidential");
  const sendable = chosen.filter(({ file }) => unsendable(file) === null).length;
  return (
    <Surface title={chosen.length === 1 ? "1 file to upload" : `${chosen.length} files to upload`}>
      <Stack gap="sm">
        <ul className={classes.rows} aria-label="Files to upload">
          {chosen.map(({ file, kind }, place) => {
            const refused = unsendable(file);
            return (
              <li key={`${place} ${file.name}`} className={classes.row}>
                <div>
                  <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                    {file.name}
                  </Text>
                  <Text size="xs" c={refused === null ? "dimmed" : "var(--negative)"}>
                    {refused ?? fileSize(file.size, formats)}
                  </Text>
                </div>
                <Select
                  aria-label={`Type of ${file.name}`}
                  data={KIND_CHOICES}
                  value={kind}
                  allowDeselect={false}
                  disabled={refused !== null}
                  onChange={(value) => value !== null && onKind(file, value)}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={36}
                  aria-label={`Remove ${file.name}`}
                  onClick={() => onRemove(file)}
                >
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              </li>
            );
          })}
        </ul>
        {mayHide && (
          <Checkbox
            label="Confidential"
            description="Only managers and administrators see these documents."
            checked={confidential}
            onChange={({ currentTarget }) => onConfidential(currentTarget.checked)}
          />
        )}
        <Group gap="xs">
          <Button onClick={onSend} disabled={sendable === 0}>
            {sendable === 1 ? "Upload 1 file" : `Upload ${sendable} files`}
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </Surface>
  );
}
