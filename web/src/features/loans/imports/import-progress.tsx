"use client";

import { Progress, Stack, Text } from "@mantine/core";

import { Surface } from "@/components/surface";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Import } from "./api/imports";

/** How far an import or its undo is. */
export function ImportProgress({ work }: { work: Import }) {
  const formats = useFormats();
  const undoing = work.state === "undoing";
  const [done, total] = undoing ? [work.undoneChunks, work.chunks] : [work.done, work.total];
  const waiting = work.state === "queued" || total === 0;
  return (
    <Surface>
      <Stack gap="xs">
        <Text size="sm" role="status">
          {waiting
            ? work.state === "queued"
              ? "Queued. Imports run one at a time."
              : "Reading the file."
            : undoing
              ? `Undoing: ${count(done, formats)} of ${count(total, formats)} parts.`
              : `${work.dryRun ? "Previewing" : "Importing"}: ${count(done, formats)} of ${count(total, formats)} loans.`}
        </Text>
        <Progress
          value={waiting ? 100 : (done / total) * 100}
          striped={waiting}
          animated
          size="lg"
          aria-label={undoing ? "Undo" : "Import"}
        />
        <Text size="sm" c="dimmed">
          You can leave this page; the import continues on the server.
        </Text>
      </Stack>
    </Surface>
  );
}
