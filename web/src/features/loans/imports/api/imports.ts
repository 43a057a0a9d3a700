import {
  type InfiniteData,
  type QueryClient,
  experimental_streamedQuery as streamedQuery,
  infiniteQueryOptions,
  queryOptions,
} from "@tanstack/react-query";

import { answered, api, follow, idempotencyKey, type Schemas } from "@/api/client";
import { followOn } from "@/api/following";
import { type CursorPage, cursorPages } from "@/components/table/pages";

export type Import = Schemas["Import"];
export type ImportRow = Schemas["ImportRow"];
export type RowOutcome = Schemas["RowOutcome"];
export type ImportState = Schemas["ImportState"];

const UNDER_WAY: readonly ImportState[] = ["queued", "running", "undoing"];

export const isUnderWay = ({ state }: Pick<Import, "state">): boolean => UNDER_WAY.includes(state);

export interface ImportFilter {
  readonly state?: ImportState;
  readonly deal?: string;
}

/** Imports, the latest first. A list with one under way is looked at again; its own page follows it by its events. */
export const importsPages = (filter: ImportFilter) => ({
  ...cursorPages<Import>(["imports", "list", filter], (cursor, signal) =>
    answered(api.GET("/api/v1/imports", { params: { query: { ...filter, cursor } }, signal })),
  ),
  refetchInterval: ({ state }: { state: { data?: InfiniteData<CursorPage<Import>, unknown> } }) =>
    state.data?.pages.some((page) => page.items.some(isUnderWay)) ? 3_000 : false,
});

/** An import, followed as it comes further until it is at rest; what it changed is then read again. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["imports", "one", id],
    queryFn: streamedQuery<Import, Import | null>({
      streamFn: ({ client, signal }) => watchImport(id, signal, client),
      reducer: (_, latest) => latest,
      initialValue: null,
      refetchMode: "append",
    }),
    meta: { followed: true },
  });

/** Yield an import as it comes further, until it is at rest; `evenHidden`: also in a tab that nobody looks at. */
export async function* watchImport(
  id: string,
  signal: AbortSignal,
  client: QueryClient,
  { evenHidden = false } = {},
): AsyncGenerator<Import> {
  // Whoever saw it under way has figures from before it.
  let moved = isUnderWayIn(client, id);
  const path = `/api/v1/imports/${encodeURIComponent(id)}/events`;
  const events = followOn<Import>((watching, onOpen) => follow(path, watching, onOpen), signal, {
    isLast: (work) => !isUnderWay(work),
    evenHidden,
  });
  for await (const { data } of events) {
    if (!isUnderWay(data) && moved) readAgain(client, data);
    moved = true;
    yield data;
  }
}

function isUnderWayIn(client: QueryClient, id: string): boolean {
  const known = client.getQueryData(importQuery(id).queryKey);
  return known != null && isUnderWay(known);
}

const CHANGED = ["dashboard", "loans", "properties", "lenders", "funds", "portfolios", "reconciliation"];

function readAgain(client: QueryClient, { id, dryRun }: Import): void {
  for (const key of dryRun ? [] : CHANGED) void client.invalidateQueries({ queryKey: [key] });
  void client.invalidateQueries({ queryKey: ["imports", "list"] });
  void client.invalidateQueries({ queryKey: ["imports", "rows", id] });
}

/** What became of each loan of a tape, a unit of work at a time. */
export const importRowsQuery = (id: string, outcome: RowOutcome | undefined) =>
  infiniteQueryOptions({
    queryKey: ["imports", "rows", id, outcome ?? "all"],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/imports/{import_id}/rows", {
          params: { path: { import_id: id }, query: { outcome, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const dealQuery = (deal: string, period: string | undefined) =>
  queryOptions({
    queryKey: ["reconciliation", deal, period ?? "all"],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/reconciliation", { params: { query: { deal, period } }, signal })),
  });

/** Take an import back in the background. */
export async function undoImport(id: string, client: QueryClient): Promise<void> {
  const undoing = await answered(
    api.POST("/api/v1/imports/{import_id}/undo", {
      params: { path: { import_id: id }, header: { "Idempotency-Key": idempotencyKey() } },
    }),
  );
  client.setQueryData(importQuery(id).queryKey, undoing);
  await client.invalidateQueries({ queryKey: importQuery(id).queryKey, exact: true });
}

/** The file of an import as it was sent, to be sent again. */
export async function fileOf({ id, fileName }: Import): Promise<File> {
  const blob = await answered(
    api.GET("/api/v1/imports/{import_id}/file", {
      params: { path: { import_id: id } },
      parseAs: "blob",
    }),
  );
  return new File([blob as Blob], fileName);
}
