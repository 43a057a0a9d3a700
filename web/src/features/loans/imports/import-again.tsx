"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { batchQuery, NO_OPTIONS, startBatch } from "./api/import-batch";
import { fileOf, type Import } from "./api/imports";
import { notDone } from "@/components/not-done";

/** Do what a dry run tried, with the same file and options. */
export function ImportAgain({ work }: { work: Import }) {
  const client = useQueryClient();
  const router = useRouter();
  const { data: batch } = useQuery(batchQuery);
  const start = useMutation({
    mutationFn: async () => {
      const { sheet } = work.options;
      const held = batch?.items.find((item) => item.import?.id === work.id)?.file;
      const { deal, asOf, tolerance } = work.options;
      const options = { ...NO_OPTIONS, deal: deal ?? "", asOf: asOf ?? "", tolerance };
      const file = held ?? (await fileOf(work));
      const { items } = await startBatch(client, {
        files: [file],
        sheets: sheet == null ? {} : { [file.name]: sheet },
        options,
        dryRun: false,
      });
      const [only] = items;
      if (only?.import == null) throw only?.problem ?? new Error("The file was not sent.");
      return only.import;
    },
    onError: notDone("Not imported"),
  });
  return (
    <Button
      loading={start.isPending}
      onClick={() => start.mutate(undefined, { onSuccess: ({ id }) => router.push(`/import/?id=${id}`) })}
    >
      Import
    </Button>
  );
}
