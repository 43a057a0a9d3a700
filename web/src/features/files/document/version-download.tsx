"use client";

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { notDone } from "@/components/not-done";

import { downloadVersion, type FiledDocument, type Version } from "../records/api/documents";

/** Whether anybody may have a version's bytes: it was checked, or there is nobody to check it. */
export const isReadable = ({ scan }: Pick<Version, "scan">): boolean =>
  scan !== "pending" && scan !== "infected";

/** Takes a version's file along. */
export function VersionDownload({
  document,
  version,
  compact = false,
}: {
  document: FiledDocument;
  version: Version;
  compact?: boolean;
}) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => downloadVersion(document, version),
    onError: notDone("Not downloaded"),
  });
  return (
    <Button
      variant="default"
      size={compact ? "compact-sm" : undefined}
      leftSection={compact ? undefined : <IconDownload size={16} aria-hidden />}
      disabled={!isReadable(version)}
      loading={isPending}
      aria-label={compact ? `Download version ${version.number}` : undefined}
      onClick={() => mutate()}
    >
      Download
    </Button>
  );
}
