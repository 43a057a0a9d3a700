"use client";

import { Anchor, Group, Stack, Text } from "@mantine/core";
import Link from "@/components/link";

import { Surface } from "@/components/surface";
import { counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import { TapeConventions } from "../reconciliation/tape-conventions";
import { TapeCounts } from "../reconciliation/tape-counts";
import { TapeDifferences } from "../reconciliation/tape-differences";
import { Download } from "@/components/download";
import type { Import } from "./api/imports";

/** How the tape's loans compare with the schedules that their terms give. */
export function ImportReconciliation({ work }: { work: Import }) {
  const formats = useFormats();
  const { reconciliation, differences, deal, tolerance } = work;
  const shown = new Set(differences.map(({ number }) => number)).size;
  return (
    <Surface
      title="Reconciliation"
      actions={
        <Group gap="sm">
          {deal !== null && !work.dryRun && (
            <Anchor component={Link} href={`/imports/?deal=${encodeURIComponent(deal)}`} size="sm">
              Monthly reconciliation
            </Anchor>
          )}
          <Download
            path={`/api/v1/imports/${work.id}/reconciliation/export`}
            name={`reconciliation ${work.fileName}.csv`}
          />
        </Group>
      }
    >
      <Stack gap="sm">
        <TapeCounts counts={reconciliation} />
        {tolerance !== null && (
          <Text size="xs" c="dimmed">
            {`Matched: ${tolerance}.`}
          </Text>
        )}
        <TapeConventions found={work.conventions} />
        {reconciliation.differs > 0 && (
          <>
            <TapeDifferences differences={differences} />
            {shown < reconciliation.differs && (
              <Text size="sm" c="dimmed">
                {`Showing the first ${differences.length} figures. All ${counted(reconciliation.differs, "loan", "loans", formats)} are in the CSV.`}
              </Text>
            )}
          </>
        )}
        {reconciliation.differs === 0 && work.loans > 0 && <Text size="sm">No differences.</Text>}
      </Stack>
    </Surface>
  );
}
