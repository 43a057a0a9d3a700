import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

export const peopleJournalQuery = (sought: {
  readonly actor?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}) =>
  infiniteQueryOptions({
    queryKey: ["journal", "auth", sought],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/auth/journal", { params: { query: { ...sought, cursor: pageParam } }, signal }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

export const verifyPeopleJournal = () => answered(api.GET("/api/v1/auth/journal/verification"));
