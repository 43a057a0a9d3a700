"use client";

import { useQueries } from "@tanstack/react-query";

import { type HeaderReading, type HowToRead, readHeader } from "./api/tapes";
import { isTable, isWorkbook } from "./tape-files";
import { beginningOf, decoded, samplesOf } from "./tape-sample";

/** Files with the same header, which are read the same way; `samples` are of the first of them. */
export interface TapeLayout {
  readonly fingerprint: string;
  readonly reading: HeaderReading;
  readonly samples: readonly (readonly string[])[];
  readonly files: readonly string[];
}

/** The sheets of a workbook; `read` is the one that is, null where a person has to say which. */
export interface TapeSheets {
  readonly read: string | null;
  readonly names: readonly string[];
  readonly note: string | null;
}

export interface TapeLayouts {
  readonly layouts: readonly TapeLayout[];
  readonly pending: boolean;
  readonly sheets: ReadonlyMap<File, TapeSheets>;
  /** Files whose header could not be read, with the reason. */
  readonly failures: ReadonlyMap<File, Error>;
  readonly retry: () => void;
}

async function readLayout(file: File, how: HowToRead, signal: AbortSignal) {
  if (isWorkbook(file)) {
    const reading = await readHeader(file.name, file, how, signal);
    return { reading, samples: reading.header.map(() => []) };
  }
  const beginning = await beginningOf(file);
  const reading = await readHeader(file.name, beginning, how, signal);
  const text = decoded(await beginning.arrayBuffer(), reading.encoding ?? "utf-8");
  return {
    reading,
    samples: samplesOf(text, reading.delimiter ?? ",", reading.header.length, reading.above),
  };
}

/** Ask the server what the columns of each table are taken for; `said` by the files' names is how to read them. */
export function useTapeLayouts(
  files: readonly File[],
  said: Readonly<Record<string, HowToRead>>,
): TapeLayouts {
  const tables = files.filter(isTable);
  return useQueries({
    queries: tables.map((file) => {
      const how = said[file.name] ?? {};
      const key = [file.name, file.size, file.lastModified, how.sheet ?? null, how.named ?? null];
      return {
        queryKey: ["tapes", "header", ...key],
        queryFn: ({ signal }: { signal: AbortSignal }) => readLayout(file, how, signal),
        staleTime: Infinity,
        refetchOnWindowFocus: false,
      };
    }),
    combine: (answers) => {
      const found = new Map<string, TapeLayout>();
      const failures = new Map<File, Error>();
      const sheets = new Map<File, TapeSheets>();
      answers.forEach(({ data, error }, index) => {
        const file = tables[index];
        if (file === undefined) return;
        if (error !== null) failures.set(file, error);
        const { sheet = null, sheets: names = [], note = null } = data?.reading ?? {};
        if (names.length > 1) sheets.set(file, { read: sheet, names, note });
        const fingerprint = data?.reading.fingerprint;
        if (data === undefined || fingerprint == null) return;
        const known = found.get(fingerprint);
        const alike = [...(known?.files ?? []), file.name];
        found.set(fingerprint, { fingerprint, ...(known ?? data), files: alike });
      });
      return {
        layouts: [...found.values()],
        pending: answers.some(({ isPending }) => isPending),
        failures,
        sheets,
        retry: () => answers.forEach(({ error, refetch }) => error !== null && void refetch()),
      };
    },
  });
}
