import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

export type RatioBasis = Schemas["RatioBasis"];

const path = (loanId: string) => ({ loan_id: loanId });

/** A loan as it is, or as it was known at a moment. */
export const loanQuery = (loanId: string, asKnownAt: string | null = null) =>
  queryOptions({
    queryKey: ["loans", loanId, "loan", asKnownAt],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}", {
          params: { path: path(loanId), query: asKnownAt === null ? {} : { asKnownAt } },
          signal,
        }),
      ),
  });

/** What a floating loan's future is projected by: a curve, or the last fixing, moved by basis points. */
export interface Scenario {
  readonly scenario: string;
  readonly shift: number;
}

export const LAST_FIXING: Scenario = { scenario: "flat", shift: 0 };

export const loanScheduleQuery = (loanId: string, asked: Scenario = LAST_FIXING) =>
  queryOptions({
    queryKey: ["loans", loanId, "schedule", asked],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/schedule", {
          params: { path: path(loanId), query: asked },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** The newest curves of an index. */
export const curvesQuery = (index: string) =>
  queryOptions({
    queryKey: ["rates", "curves", index],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/rates/curves", { params: { query: { index, limit: 20 } }, signal })),
  });

/** What is owed on a date; without one on the server's business date. */
export const loanBalanceQuery = (loanId: string, on: string) =>
  queryOptions({
    queryKey: ["loans", loanId, "balance", on],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/balance", {
          params: { path: path(loanId), query: on === "" ? {} : { on } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const loanRatiosQuery = (loanId: string, statementBasis: RatioBasis | null) =>
  queryOptions({
    queryKey: ["loans", loanId, "ratios", statementBasis],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/ratios", {
          params: { path: path(loanId), query: statementBasis === null ? {} : { statementBasis } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const loanReconciliationQuery = (loanId: string) =>
  queryOptions({
    queryKey: ["loans", loanId, "reconciliation"],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/loans/{loan_id}/reconciliation", { params: { path: path(loanId) }, signal })),
  });

/** What the lender billed by the reported periods, beside what the terms say. */
export const loanOverchargesQuery = (loanId: string) =>
  queryOptions({
    queryKey: ["loans", loanId, "overcharges"],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/overcharges", {
          params: { path: path(loanId), query: { explain: true } },
          signal,
        }),
      ),
  });

export const loanSourcesQuery = (loanId: string) =>
  queryOptions({
    queryKey: ["loans", loanId, "sources"],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/loans/{loan_id}/sources", { params: { path: path(loanId) }, signal })),
  });

/** What the file of one import said of a loan, also where a later one has said it anew. */
export const importedSourcesQuery = (loanId: string, importId: string) =>
  queryOptions({
    queryKey: ["loans", loanId, "sources", importId],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/sources", {
          params: { path: path(loanId), query: { importId } },
          signal,
        }),
      ),
  });

/** Who changed what, newest first; of a deleted loan too. */
export const loanHistoryQuery = (loanId: string, limit: number) =>
  queryOptions({
    queryKey: ["loans", loanId, "history", limit],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/history", {
          params: { path: path(loanId), query: { limit } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
