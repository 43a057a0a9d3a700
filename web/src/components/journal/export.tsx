"use client";

import { Group } from "@mantine/core";

import { Download } from "@/components/download";
import { useSought } from "@/components/journal/journal-address";

/** Takes a journal along, from the first day to the last one that is sought: as a table, and as lines to check. */
export function JournalExport({ service }: { service: string }) {
  const { from, to } = useSought();
  const period = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString();
  const path = (form: string) =>
    `/api/v1/journals/${service}/export.${form}${period === "" ? "" : `?${period}`}`;
  return (
    <Group gap="xs" className="no-print">
      <Download path={path("csv")} name={`${service}-journal.csv`} label="Export table (CSV)" />
      <Download path={path("jsonl")} name={`${service}-journal.jsonl`} label="Export to verify (JSONL)" />
    </Group>
  );
}
