"use client";

import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ProblemNotice } from "@/components/problem-notice";

import { columnsQuery, type HowToRead, namedMappingsQuery, rememberMapping } from "../tapes/api/tapes";
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
  const [said, setSaid] = useState<Readonly<Record<string, HowToRead>>>({});
  const { layouts, pending, failures, sheets, retry } = useTapeLayouts(files, said);
  const columns = useQuery({ ...columnsQuery, enabled: layouts.length > 0 });
  const named = useQuery({ ...namedMappingsQuery, enabled: layouts.length > 0 });

  const add = useMutation({
    mutationFn: (added: readonly File[]) => sortFiles(files, added),
    onSuccess: (sorted) => {
      setFiles(sorted.accepted);
      setRefused(sorted.refused);
    },
  });
  const say = (names: readonly string[], how: HowToRead) =>
    setSaid((before) => ({
      ...before,
      ...Object.fromEntries(names.map((name) => [name, { ...before[name], ...how }])),
    }));
  const pickNamed = ({ files: names, fingerprint }: TapeLayout, name: string | undefined) => {
    say(names, { named: name });
    setChanged((before) => Object.fromEntries(Object.entries(before).filter(([key]) => key !== fingerprint)));
  };
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
    remember.mutate(undefined, {
      onSuccess: () => onSend({ files, sheets: sheetsOf(said), options, dryRun }),
    });

  const wanting = layouts.filter((layout) => missing(mappingOf(layout), columns.data ?? []).length > 0);
  const unsaid = [...sheets.values()].some(({ read }) => read === null);
  const ready = files.length > 0 && !pending && !unsaid && failures.size === 0 && wanting.length === 0;
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
          sheets={sheets}
          onSheet={(file, sheet) => say([file.name], { sheet, named: undefined })}
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
          named={named.data ?? []}
          onNamed={(name) => pickNamed(layout, name)}
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
            {unsaid
              ? "Choose the sheet to continue."
              : wanting.length > 0
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

/** The sheets that a person has chosen, by the files' names. */
const sheetsOf = (said: Readonly<Record<string, HowToRead>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(said).flatMap(([name, { sheet }]) => (sheet === undefined ? [] : [[name, sheet]])),
  );
