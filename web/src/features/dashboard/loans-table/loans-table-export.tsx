"use client";

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { download } from "@/api/client";
import { notDone } from "@/components/not-done";

/** Takes loans along as a table: all that are listed, or those that are `chosen`. */
export function LoansTableExport({
  path,
  chosen,
  label,
  compact = false,
  reason,
}: {
  path: string;
  chosen?: ReadonlySet<string>;
  label: string;
  compact?: boolean;
  /** Why there is nothing to take along; null where there is. */
  reason: string | null;
}) {
  const exporting = useMutation({
    mutationFn: () => download(path, "loans.csv", chosen && { loanIds: [...chosen] }),
    onError: notDone("Not exported"),
  });
  return (
    <Button
      size={compact ? "compact-sm" : "xs"}
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={exporting.isPending}
      disabled={reason !== null}
      title={reason ?? undefined}
      onClick={() => exporting.mutate()}
    >
      {label}
    </Button>
  );
}
