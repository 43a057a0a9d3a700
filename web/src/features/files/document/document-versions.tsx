"use client";

import { Button, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import { useMay } from "@/api/me";
import { Actor } from "@/components/journal/actor";
import { Surface } from "@/components/surface";
import { counted, fileSize, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { FiledDocument, Version } from "../records/api/documents";
import { VersionState } from "../records/document-state";
import { stateOf } from "../records/document-words";
import { startUploads } from "../uploads/api/uploads";
import { SendingFiles } from "../uploads/sending-files";
import { UploadDrop } from "../uploads/upload-drop";
import classes from "./document-page.module.css";
import { VersionDownload } from "./version-download";

/** All versions of a document, the latest first, and where another one is added. */
export function DocumentVersions({
  document,
  shown,
  onShow,
}: {
  document: FiledDocument;
  shown: number;
  onShow: (number: number) => void;
}) {
  const client = useQueryClient();
  const mayWrite = useMay("file.write");
  return (
    <Surface title="Versions">
      <Stack gap="sm">
        {mayWrite && (
          <UploadDrop
            label="Upload a new version"
            several={false}
            onFiles={(files) =>
              startUploads(
                client,
                files.slice(0, 1).map((file) => ({ file, said: { documentId: document.id } })),
              )
            }
          />
        )}
        <SendingFiles />
        <ol className={classes.versions} aria-label="Versions">
          {document.versions.map((version) => (
            <li key={version.number} className={classes.version}>
              <VersionLine
                document={document}
                version={version}
                isShown={version.number === shown}
                onShow={() => onShow(version.number)}
              />
            </li>
          ))}
        </ol>
      </Stack>
    </Surface>
  );
}

function VersionLine({
  document,
  version,
  isShown,
  onShow,
}: {
  document: FiledDocument;
  version: Version;
  isShown: boolean;
  onShow: () => void;
}) {
  const formats = useFormats();
  const { more } = stateOf(version);
  const pages = version.pages === null ? "" : `, ${counted(version.pages, "page", "pages", formats)}`;
  return (
    <>
      <Group gap="xs">
        <Text size="sm" fw={600}>{`Version ${version.number}`}</Text>
        <VersionState version={version} />
      </Group>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {`${version.fileName}, ${fileSize(version.size, formats)}${pages}`}
      </Text>
      <Text size="xs" c="dimmed">
        <Actor id={version.uploadedBy} />
        {` · ${moment(version.uploadedAt, formats)}`}
      </Text>
      {more !== null && <Text size="xs">{more}</Text>}
      {version.scan === "not_scanned" && (
        <Text size="xs" c="dimmed">
          Not scanned for malware.
        </Text>
      )}
      <Group gap={6}>
        <Button
          size="compact-sm"
          variant="default"
          disabled={isShown}
          aria-label={isShown ? `Version ${version.number} is shown` : `Show version ${version.number}`}
          onClick={onShow}
        >
          {isShown ? "Shown" : "Show"}
        </Button>
        <VersionDownload document={document} version={version} compact />
      </Group>
    </>
  );
}
