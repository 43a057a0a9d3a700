import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas, upload } from "@/api/client";

export type TemplateColumn = Schemas["TemplateColumn"];
export type ColumnChoice = Schemas["ColumnChoice"];
export type HeaderReading = Schemas["HeaderReading"];
export type NamedMapping = Schemas["NamedMapping"];

export const columnsQuery = queryOptions({
  queryKey: ["tapes", "columns"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/tapes/columns", { signal })),
  staleTime: Infinity,
});

export const namedMappingsQuery = queryOptions({
  queryKey: ["tapes", "named-mappings"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/tapes/named-mappings", { signal })),
  staleTime: Infinity,
});

/** What a person says of a file before it is read: which sheet of a workbook, and by which named mapping. */
export interface HowToRead {
  readonly sheet?: string;
  readonly named?: string;
}

/** Ask what a file's columns are taken for; its beginning is enough, and nothing is stored. */
export const readHeader = (
  fileName: string,
  beginning: Blob,
  { sheet, named }: HowToRead,
  signal: AbortSignal,
): Promise<HeaderReading> => {
  const asked = new URLSearchParams({ fileName });
  if (sheet !== undefined) asked.set("sheet", sheet);
  if (named !== undefined) asked.set("mapping", named);
  return upload(`/api/v1/tapes/header?${asked.toString()}`, beginning, { signal });
};

/** Have files with this header read so from now on. */
export const rememberMapping = (header: readonly string[], mapping: readonly ColumnChoice[]) =>
  answered(
    api.PUT("/api/v1/tapes/mappings", {
      body: {
        header: [...header],
        mapping: mapping.map(({ header: name, column, unit, decimal, dates, codes }) => ({
          header: name,
          column,
          unit: unit ?? null,
          decimal: decimal ?? null,
          dates: dates ?? null,
          codes: codes ?? null,
        })),
      },
    }),
  );
