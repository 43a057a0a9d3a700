import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

import { wholeTotals } from "../../answers/figures";
import type { Filters } from "../../filters/filters";

export type LoanLine = Schemas["LoanLine"];
export type FigureName = Schemas["FigureName"];
export type LineOrder = Schemas["LineOrder"];

/** Which loans are listed: filters, words to search for, and whether it is those behind a figure or left out of it. */
export interface Listed extends Filters {
  readonly q?: string;
  readonly figure?: FigureName;
  readonly leftOut?: true;
}

/** As many of the listed loans as the server takes at once. */
export const MOST_CHOSEN = 100_000;

const PAGE = 200;

export const loanLines = (listed: Listed, order: LineOrder) =>
  cursorPages<LoanLine>(["dashboard", "loans", listed, order], (cursor, signal) =>
    answered(
      api.GET("/api/v1/dashboard/loans", {
        params: { query: { ...listed, order, limit: PAGE, ...(cursor !== undefined && { cursor }) } },
        signal,
      }),
    ),
  );

export const loanTotalsQuery = (listed: Listed) =>
  queryOptions({
    queryKey: ["dashboard", "loan-totals", listed],
    queryFn: async ({ signal }) =>
      wholeTotals(
        await answered(api.GET("/api/v1/dashboard/loans/totals", { params: { query: listed }, signal })),
      ),
    placeholderData: keepPreviousData,
  });

/** What some of the listed loans come to, however many they are. */
export const chosenTotalsQuery = (listed: Listed, loanIds: readonly string[]) =>
  queryOptions({
    queryKey: ["dashboard", "loan-totals", listed, loanIds.join()],
    queryFn: async ({ signal }) =>
      wholeTotals(
        await answered(
          api.POST("/api/v1/dashboard/loans/totals", {
            params: { query: listed },
            body: { loanIds: [...loanIds] },
            signal,
          }),
        ),
      ),
    placeholderData: keepPreviousData,
    // Answers about ten thousand ids are not kept for each selection on the way to the final one.
    gcTime: 10_000,
  });

/** Where exactly the listed loans are as CSV, in their order. */
export function exportPath(listed: Listed, order: LineOrder): string {
  const search = new URLSearchParams({ order });
  for (const [name, value] of Object.entries(listed)) {
    for (const each of [value].flat()) search.append(name, String(each));
  }
  return `/api/v1/dashboard/loans/export?${search.toString()}`;
}
