import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

import type { Filters } from "../../filters/filters";

export type Forecast = Schemas["Forecast"];
export type MonthOfLoans = Schemas["MonthOfLoans"];
export type LoanForecast = Schemas["LoanForecast"];

/** How far a forecast looks, and how rates go on that are not known yet; `shift` is in basis points. */
export interface Horizon {
  readonly months: number;
  readonly scenario: string;
  readonly shift: number;
}

/** The lines that are asked for: those that pay in a month (`2026-03`), or those that are left out. */
export type LinesAsked = { readonly month: string } | { readonly leftOut: true };

const PAGE = 100;

// What falls due is never what a servicer reports: the setting is the dashboard's.
const asked = (filters: Filters, horizon: Horizon) => ({ ...filters, ...horizon, source: undefined });

/** What falls due month by month; another question ends the request of the one before. */
export const forecastQuery = (filters: Filters, horizon: Horizon) =>
  queryOptions({
    queryKey: ["dashboard", "forecast", filters, horizon],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/forecast", { params: { query: asked(filters, horizon) }, signal })),
    placeholderData: keepPreviousData,
  });

/** The loans of a forecast, page by page. */
export const forecastLines = (filters: Filters, horizon: Horizon, lines: LinesAsked) =>
  cursorPages<LoanForecast>(["dashboard", "forecast", "loans", filters, horizon, lines], (cursor, signal) =>
    answered(
      api.GET("/api/v1/forecast/loans", {
        params: {
          query: {
            ...asked(filters, horizon),
            ...lines,
            limit: PAGE,
            ...(cursor !== undefined && { cursor }),
          },
        },
        signal,
      }),
    ),
  );

/** The curves that rates may go on by, the newest first, with what their indices are called. */
export const curvesQuery = queryOptions({
  queryKey: ["rates", "curves", "all"],
  queryFn: async ({ signal }) => {
    const [curves, indices] = await Promise.all([
      answered(api.GET("/api/v1/rates/curves", { params: { query: { limit: 50 } }, signal })),
      answered(api.GET("/api/v1/rates/indices", { signal })),
    ]);
    const names = new Map(indices.map(({ index, name }) => [index, name]));
    return curves.items.map((curve) => ({ ...curve, indexName: names.get(curve.index) ?? curve.index }));
  },
});

/** Where the forecast is as CSV, a line for each loan and month. */
export function exportPath(filters: Filters, horizon: Horizon): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(asked(filters, horizon))) {
    for (const each of [value].flat()) if (each !== undefined) search.append(name, String(each));
  }
  return `/api/v1/forecast/export?${search.toString()}`;
}
