"use client";

import { Button, FileButton } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { notDone } from "@/components/not-done";

import { type FixingsImport, importFixings } from "./api/rates";

/** Takes a file of fixings from the person and imports it. */
export function ImportFixings({ onImported }: { onImported: (result: FixingsImport, file: File) => void }) {
  const { mutate, isPending } = useMutation({
    mutationFn: (file: File) => importFixings(file),
    onSuccess: onImported,
    onError: notDone("Not imported"),
  });
  return (
    <FileButton
      accept=".csv,text/csv"
      inputProps={{ "aria-label": "File of fixings" }}
      onChange={(file) => {
        if (file !== null) mutate(file);
      }}
    >
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={16} aria-hidden />} loading={isPending}>
          Import fixings
        </Button>
      )}
    </FileButton>
  );
}
