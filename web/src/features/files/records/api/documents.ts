import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";

import { answered, api, download, downloadFrom, type Schemas } from "@/api/client";
import { type CursorPage, cursorPages } from "@/components/table/pages";

/** A page that holds words that were looked for; `marks` are their places in the text, in code points. */
export interface Hit {
  readonly page: number;
  readonly snippet: { readonly text: string; readonly marks: readonly (readonly number[])[] };
}
export type DocumentRow = Omit<Schemas["DocumentFound"], "hits"> & { readonly hits: readonly Hit[] };
export type FiledDocument = Schemas["DocumentView"];
export type Version = Schemas["VersionView"];
export type DocumentKind = Schemas["DocumentKind"];
export type LinkedKind = Schemas["LinkedKind"];

/** A thing that documents are about. */
export interface Thing {
  readonly kind: LinkedKind;
  readonly id: string;
}

export interface DocumentFilter {
  readonly kind?: DocumentKind[];
  readonly thing?: Thing;
  readonly expiresTo?: string;
}

/** The filter as the API takes it. */
export function asked({ kind, thing, expiresTo }: DocumentFilter) {
  return {
    ...(kind === undefined || kind.length === 0 ? {} : { kind }),
    ...(thing === undefined ? {} : { [`${thing.kind}Id`]: thing.id }),
    ...(expiresTo === undefined || expiresTo === "" ? {} : { expiresTo }),
  };
}

/** How soon a list is looked at again that has a version whose text is being read: no stream of events tells it. */
const LOOK_AGAIN = 2_000;

export const isUnderWay = ({ state, scan }: Pick<Version, "state" | "scan">): boolean =>
  state === "received" || scan === "pending";

/** Documents in an order of the server's. */
export const documentsPages = (filter: DocumentFilter, order: string) => ({
  ...cursorPages<DocumentRow>(["documents", "list", filter, order], (cursor, signal) =>
    answered(
      api.GET("/api/v1/documents", { params: { query: { ...asked(filter), order, cursor } }, signal }),
    ),
  ),
  refetchInterval: ({ state }: { state: { data?: InfiniteData<CursorPage<DocumentRow>, unknown> } }) =>
    state.data?.pages.some((page) => page.items.some(({ latest }) => isUnderWay(latest)))
      ? LOOK_AGAIN
      : (false as const),
});

/** Documents with these words in them, the best first, each with the pages that hold them. */
export const searchQuery = (words: string, filter: DocumentFilter) =>
  infiniteQueryOptions({
    queryKey: ["documents", "search", words, filter],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/documents", {
          params: { query: { ...asked(filter), q: words, limit: 20, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });

/** One document with its versions. */
export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ["documents", "one", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/documents/{document_id}", { params: { path: { document_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.versions.some(isUnderWay) ? LOOK_AGAIN : false),
  });

/** All that is shown of documents is asked for again. */
export const documentsChanged = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: ["documents"] });

/** Where a version's bytes are for a page to show: always on this server. */
export const contentPath = (id: string, number: number): string =>
  `/api/v1/documents/${encodeURIComponent(id)}/versions/${number}/content?inline=true`;

/** Take a version along: from the store of files itself, where it hands files out to browsers. */
export async function downloadVersion({ id }: FiledDocument, { number, fileName }: Version): Promise<void> {
  const { address } = await answered(
    api.GET("/api/v1/documents/{document_id}/versions/{number}/address", {
      params: { path: { document_id: id, number: String(number) } },
    }),
  );
  if (address === null) return download(contentPath(id, number), fileName);
  downloadFrom(address, fileName);
}

/** Take several documents along as one archive. */
export const downloadBundle = (ids: Iterable<string>): Promise<void> => {
  const query = new URLSearchParams([...ids].map((id) => ["id", id]));
  return download(`/api/v1/documents/bundle?${query}`, "documents.zip");
};
