"use client";

import { useQueries } from "@tanstack/react-query";

import { type HeaderReading, readHeader } from "./api/tapes";
import { isTable, isWorkbook } from "./tape-files";
import { beginningOf, decoded, samplesOf } from "./tape-sample";

/** Files with the same header, which are read the same way; `samples` are of the first of them. */
export interface TapeLayout {
  readonly fingerprint: string;
  readonly reading: HeaderReading;
  readonly samples: readonly (readonly string[])[];
  readonly files: readonly string[];
}

export interface TapeLayouts {
  readonly layouts: readonly TapeLayout[];
  readonly pending: boolean;
  /** Files whose header could not be read, with the reason. */
  readonly failures: ReadonlyMap<File, Error>;
  readonly retry: () => void;
}

async function readLayout(file: File, signal: AbortSignal) {
  if (isWorkbook(file)) {
    const reading = await readHeader(file.name, file, signal);
    return { reading, samples: reading.header.map(() => []) };
  }
  const beginning = await beginningOf(file);
  const reading = await readHeader(file.name, beginning, signal);
  const text = decoded(await beginning.arrayBuffer(), reading.encoding ?? "utf-8");
  return {
    reading,
    samples: samplesOf(text, reading.delimiter ?? ",", reading.header.length, reading.above),
  };
}

/** Ask the server what the columns of each table are taken for. */
export function useTapeLayouts(files: readonly File[]): TapeLayouts {
  const tables = files.filter(isTable);
  return useQueries({
    queries: tables.map((file) => ({
      queryKey: ["tapes", "header", file.name, file.size, file.lastModified],
      queryFn: ({ signal }: { signal: AbortSignal }) => readLayout(file, signal),
      staleTime: Infinity,
      refetchOnWindowFocus: false,
    })),
    combine: (answers) => {
      const found = new Map<string, TapeLayout>();
      const failures = new Map<File, Error>();
      answers.forEach(({ data, error }, index) => {
        const file = tables[index];
        if (file === undefined) return;
        if (error !== null) failures.set(file, error);
        const fingerprint = data?.reading.fingerprint;
        if (data === undefined || fingerprint == null) return;
        const known = found.get(fingerprint);
        const names = [...(known?.files ?? []), file.name];
        found.set(fingerprint, { fingerprint, ...(known ?? data), files: names });
      });
      return {
        layouts: [...found.values()],
        pending: answers.some(({ isPending }) => isPending),
        failures,
        retry: () => answers.forEach(({ error, refetch }) => error !== null && void refetch()),
      };
    },
  });
}
