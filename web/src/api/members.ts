import { queryOptions } from "@tanstack/react-query";

import { answered, api } from "./client";

const NAMES_LAST = 5 * 60_000;
const FOUND = 20;

/** One member, to be called by name wherever only the id is known. */
export const memberQuery = (id: string) =>
  queryOptions({
    queryKey: ["members", "one", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/members/{member_id}", { params: { path: { member_id: id } }, signal })),
    staleTime: NAMES_LAST,
  });

/** The first members whose names, addresses, job titles or departments have these words. */
export const memberSearchQuery = (words: string) =>
  queryOptions({
    queryKey: ["members", "search", words],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/members", {
          params: { query: { search: words || undefined, limit: FOUND } },
          signal,
        }),
      ),
  });

/** The same of members who are active: who can be told something. */
export const activeMembersQuery = (words: string) =>
  queryOptions({
    queryKey: ["members", "active", words],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/members", {
          params: { query: { search: words || undefined, active: true, limit: FOUND } },
          signal,
        }),
      ),
  });
