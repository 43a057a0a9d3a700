"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "@/components/link";
import { useRouter } from "next/navigation";

import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";

import { type Batch, batchQuery, resumeBatch, type SendFiles, startBatch } from "./api/import-batch";
import { isUnderWay } from "./api/imports";
import { ImportBatch } from "./import-batch";
import { ImportChoice } from "./import-choice";

/** Files are chosen, tried and brought in. */
export function ImportNewPage() {
  const client = useQueryClient();
  const router = useRouter();
  const { data: batch = null } = useQuery(batchQuery);
  const send = useMutation({
    mutationFn: (what: SendFiles | null) => (what === null ? resumeBatch(client) : startBatch(client, what)),
  });
  // One file's result is its import's own page; who has left this one meanwhile is not called back.
  const openResult = ({ items }: Batch) => {
    const [only] = items;
    if (items.length === 1 && only?.import) router.push(`/import/?id=${only.import.id}`);
  };
  const start = (what: SendFiles | null) => send.mutate(what, { onSuccess: openResult });

  if (!useMay("tape.import")) {
    return (
      <Page title="Import tapes">
        <EmptyState
          title="Your role can’t import"
          actions={
            <Button component={Link} href="/imports/" variant="light">
              View imports
            </Button>
          }
        >
          You can view imports. Ask an administrator to change your role.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title="Import tapes" subtitle="Upload servicer tapes: SEC EX-102 (XML), CSV or Excel workbooks">
      {batch !== null && concerns(batch) ? (
        <ImportBatch batch={batch} onSend={start} />
      ) : (
        <ImportChoice onSend={start} />
      )}
    </Page>
  );
}

/** A single file that has arrived is shown on its own page; what else is under way or was is shown here. */
function concerns({ items }: Batch): boolean {
  const [only] = items;
  return items.length > 1 || (only !== undefined && (only.import === null || isUnderWay(only.import)));
}
