import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas, upload } from "@/api/client";

export type TemplateColumn = Schemas["TemplateColumn"];
export type ColumnChoice = Schemas["ColumnChoice"];
export type HeaderReading = Schemas["HeaderReading"];

export const columnsQuery = queryOptions({
  queryKey: ["tapes", "columns"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/tapes/columns", { signal })),
  staleTime: Infinity,
});

/** Ask what a file's columns are taken for; its beginning is enough, and nothing is stored. */
export const readHeader = (fileName: string, beginning: Blob, signal: AbortSignal): Promise<HeaderReading> =>
  upload(`/api/v1/tapes/header?${new URLSearchParams({ fileName }).toString()}`, beginning, { signal });

/** Have files with this header read so from now on. */
export const rememberMapping = (header: readonly string[], mapping: readonly ColumnChoice[]) =>
  answered(
    api.PUT("/api/v1/tapes/mappings", {
      body: {
        header: [...header],
        mapping: mapping.map(({ header: name, column, unit, decimal, dates }) => ({
          header: name,
          column,
          unit: unit ?? null,
          decimal: decimal ?? null,
          dates: dates ?? null,
        })),
      },
    }),
  );
