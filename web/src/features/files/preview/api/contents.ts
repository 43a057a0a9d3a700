import { queryOptions } from "@tanstack/react-query";

import { answered, api, fetchFile } from "@/api/client";

import { contentPath, type FiledDocument, type Version } from "../../records/api/documents";

/** The most bytes of a plain text that are shown. */
export const MOST_TEXT = 200_000;
const LASTS = 5 * 60_000;

/** The first rows of a workbook or a table, or a mail. */
export const previewQuery = (document: FiledDocument, number: number) =>
  queryOptions({
    queryKey: ["documents", "preview", document.id, number],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/documents/{document_id}/versions/{number}/preview", {
          params: { path: { document_id: document.id, number: String(number) } },
          signal,
        }),
      ),
    staleTime: LASTS,
  });

/** A version's bytes, or the first of them. */
export const bytesQuery = (document: FiledDocument, { number, sha256 }: Version, most?: number) =>
  queryOptions({
    queryKey: ["documents", "bytes", document.id, number, sha256, most ?? null],
    queryFn: async ({ signal }) => {
      const part = most === undefined ? {} : { from: 0, to: most };
      return (await fetchFile(contentPath(document.id, number), { signal, ...part })).blob();
    },
    staleTime: LASTS,
    gcTime: 0,
    structuralSharing: false,
  });

/** The text of one page of the version that is read. */
export const pageTextQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ["documents", "page", id, page],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/documents/{document_id}/pages/{page}", {
          params: { path: { document_id: id, page: String(page) } },
          signal,
        }),
      ),
    retry: false,
  });
