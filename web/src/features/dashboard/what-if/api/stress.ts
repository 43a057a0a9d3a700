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

const LIMITS = ["maximumLtv", "minimumDscr", "minimumDebtYield"];

/** What it takes to break the limits: of the loans as they are, so that no move of the shock asks for it again. */
export const reverseQuery = (filters: Filters, asked: Readonly<Record<string, string>>) => {
  const limits = Object.fromEntries(Object.entries(asked).filter(([name]) => LIMITS.includes(name)));
  return queryOptions({
    queryKey: ["dashboard", "stress", "reverse", filters, limits],
    queryFn: async ({ signal }) => {
      const query = { ...filters, ...limits, reverse: true, source: undefined };
      return (await answered(api.GET("/api/v1/portfolio/stress", { params: { query }, signal }))).reverse;
    },
    placeholderData: keepPreviousData,
  });
};
