import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

export interface JournalSought {
  readonly actor?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly kind?: string | undefined;
  readonly documentId?: string | undefined;
}

export const journalQuery = (sought: JournalSought) =>
  infiniteQueryOptions({
    queryKey: ["journal", "loans", sought],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/journals/loans", { params: { query: { ...sought, cursor: pageParam } }, signal }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

/** One entry with all it holds. It never changes. */
export const journalEntryQuery = (sequence: number) =>
  queryOptions({
    queryKey: ["journal", "loans", "entry", sequence],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/journals/loans/{sequence}", {
          params: { path: { sequence: String(sequence) } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });

export const verifyJournal = () => answered(api.GET("/api/v1/journals/loans/verification"));
