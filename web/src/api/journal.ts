import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "./client";

/** The services whose journals the audit page shows. */
export type Journal = "auth" | "loans";

export interface JournalFilter {
  readonly actor?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly kind?: string | undefined;
  readonly documentId?: string | undefined;
}

export const journalQuery = (journal: Journal, filter: JournalFilter) =>
  infiniteQueryOptions({
    queryKey: ["journal", journal, filter],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET(`/api/v1/journals/${journal}`, {
          params: { query: { ...filter, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

/** One entry with all it holds. It never changes. */
export const journalEntryQuery = (journal: Journal, sequence: number) =>
  queryOptions({
    queryKey: ["journal", journal, "entry", sequence],
    queryFn: ({ signal }) =>
      answered(
        api.GET(`/api/v1/journals/${journal}/{sequence}`, {
          params: { path: { sequence: String(sequence) } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });

export const verifyJournal = (journal: Journal) =>
  answered(api.GET(`/api/v1/journals/${journal}/verification`));
