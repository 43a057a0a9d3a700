"use client";

import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ProblemNotice } from "@/components/problem-notice";

import { columnsQuery, rememberMapping } from "../tapes/api/tapes";
import { type RefusedFile, sortFiles } from "../tapes/tape-files";
import { TapeMapper } from "../tapes/tape-mapper";
import { missing, type Mapping, sameMapping, usable } from "../tapes/tape-mapping";
import { type TapeLayout, useTapeLayouts } from "../tapes/use-tape-layouts";
import { NO_OPTIONS, type SendFiles } from "./api/import-batch";
import { ImportDrop } from "./import-drop";
import { ImportFiles } from "./import-files";
import { ImportHelp } from "./import-help";
import { ImportOptions } from "./import-options";
import { ImportRefused } from "./import-refused";

/** Which files, how their columns are read, and whether to try them first. */
export function ImportChoice({ onSend }: { onSend: (what: SendFiles) => void }) {
  const client = useQueryClient();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [refused, setRefused] = useState<readonly RefusedFile[]>([]);
  const [options, setOptions] = useState(NO_OPTIONS);
  const [changed, setChanged] = useState<Readonly<Record<string, Mapping>>>({});
  const { layouts, pending, failures, retry } = useTapeLayouts(files);
  const columns = useQuery({ ...columnsQuery, enabled: layouts.length > 0 });

  const add = useMutation({
    mutationFn: (added: readonly File[]) => sortFiles(files, added),
    onSuccess: (sorted) => {
      setFiles(sorted.accepted);
      setRefused(sorted.refused);
    },
  });
  const mappingOf = ({ fingerprint, reading }: TapeLayout) => changed[fingerprint] ?? usable(reading);
  const remember = useMutation({
    mutationFn: async () => {
      for (const layout of layouts) {
        const mapping = mappingOf(layout);
        if (layout.reading.remembered && sameMapping(mapping, layout.reading.mapping)) continue;
        await rememberMapping(layout.reading.header, mapping);
      }
      await client.invalidateQueries({ queryKey: ["tapes", "header"], refetchType: "none" });
    },
  });
  const send = (dryRun: boolean) =>
    remember.mutate(undefined, { onSuccess: () => onSend({ files, options, dryRun }) });

  const wanting = layouts.filter((layout) => missing(mappingOf(layout), columns.data ?? []).length > 0);
  const ready = files.length > 0 && !pending && failures.size === 0 && wanting.length === 0;
  const many = files.length > 1;
  return (
    <Stack gap="md">
      <ImportDrop compact={files.length > 0} onFiles={(added) => add.mutate(added)} />
      <ImportRefused files={refused} onDismiss={() => setRefused([])} />
      {files.length === 0 && <ImportHelp />}
      {files.length > 0 && (
        <ImportFiles
          files={files}
          failures={failures}
          onRemove={(file) => setFiles((before) => before.filter((known) => known !== file))}
          onRetry={retry}
        />
      )}
      {layouts.map((layout) => (
        <TapeMapper
          key={layout.fingerprint}
          layout={layout}
          mapping={mappingOf(layout)}
          columns={columns.data ?? []}
          onChange={(mapping) => setChanged((before) => ({ ...before, [layout.fingerprint]: mapping }))}
        />
      ))}
      {files.length > 0 && (
        <>
          <ImportOptions options={options} onChange={setOptions} tables={layouts.length > 0} />
          {remember.error && <ProblemNotice problem={remember.error} />}
          <Group gap="sm" align="center">
            <Button onClick={() => send(true)} disabled={!ready} loading={remember.isPending}>
              {many ? `Dry run of ${files.length} files` : "Dry run"}
            </Button>
            <Button variant="default" onClick={() => send(false)} disabled={!ready || remember.isPending}>
              Import without preview
            </Button>
          </Group>
          <Text size="sm" c="dimmed" maw={640}>
            {wanting.length > 0
              ? "Map the required columns to continue."
              : "Preview every row before anything is saved."}
            {many &&
              wanting.length === 0 &&
              " Each file is previewed against what is stored now, not against the files before it."}
          </Text>
        </>
      )}
    </Stack>
  );
}
