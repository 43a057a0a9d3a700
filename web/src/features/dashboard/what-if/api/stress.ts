import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

import type { Filters } from "../../filters/filters";

export type Stress = Schemas["PortfolioStress"];

/** The loans under a shock; another move of a slider ends the request of the one before. */
export const stressQuery = (filters: Filters, asked: Readonly<Record<string, string>>, by: Schemas["Span"]) =>
  queryOptions({
    queryKey: ["dashboard", "stress", filters, asked, by],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/portfolio/stress", {
          // Ratios that servicers report cannot be stressed: the setting is the dashboard's.
          params: { query: { ...filters, ...asked, by, explain: true, source: undefined } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
