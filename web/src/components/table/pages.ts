import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** A page as every list of the API answers with it. */
export interface CursorPage<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
  readonly total?: number;
}

/** The rows that a `DataTable` shows, as far as they have come. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** How many there are on all pages, where the server says so. */
  readonly total: number | null;
  /** Whether there are some that have not come. */
  readonly more: boolean;
  /** Nothing has come yet. */
  readonly pending: boolean;
  /** What is shown answers an earlier question; the answer to this one is on its way. */
  readonly stale: boolean;
  readonly fetching: boolean;
  readonly error: Error | null;
  readonly fetchMore: () => void;
  /** Asks for page after page until the last one has come, and tells all rows. */
  readonly fetchAll: () => Promise<readonly Row[]>;
  readonly retry: () => void;
}

const SHORT = 10;
const LONG_AGO = 5 * 60_000;

/** A list that comes page by page: `fetchPage` asks for the page after a cursor. */
export function cursorPages<Row>(
  queryKey: readonly unknown[],
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPage<Row>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    // A long list is many requests: not whenever somebody looks at another window for a moment.
    refetchOnWindowFocus: ({ state: { data, dataUpdatedAt } }) =>
      (data?.pages.length ?? 0) <= SHORT || Date.now() - dataUpdatedAt > LONG_AGO,
  });
}

/** The rows of `cursorPages`, for a `DataTable`. */
export function useRows<Row>(options: ReturnType<typeof cursorPages<Row>>): Rows<Row> {
  const query = useInfiniteQuery(options);
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return {
    rows,
    total: pages?.[0]?.total ?? null,
    more: query.data === undefined || query.hasNextPage,
    pending: query.data === undefined,
    stale: query.isPlaceholderData,
    fetching: query.isFetching,
    // Asked for again, a page is on its way like any other: its rows can be gone to.
    error: query.isFetchingNextPage ? null : query.error,
    fetchMore: () => void query.fetchNextPage({ cancelRefetch: false }),
    fetchAll: async () => {
      let result = await query.fetchNextPage({ cancelRefetch: false });
      while (result.hasNextPage && result.error === null) result = await result.fetchNextPage();
      if (result.error !== null) throw result.error;
      return result.data?.pages.flatMap((page) => page.items) ?? [];
    },
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
  };
}
