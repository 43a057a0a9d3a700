"use client";

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { download } from "@/api/client";
import { notDone } from "@/components/not-done";

/** Takes a file of the server along; what went wrong is said where it can be read. */
export function Download({ path, name, label = "CSV" }: { path: string; name: string; label?: string }) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => download(path, name.replace(/[\\/:*?"<>|]+/g, "-")),
    onError: notDone("Not downloaded"),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={isPending}
      onClick={() => mutate()}
    >
      {label}
    </Button>
  );
}
