import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

import type { Dashboard } from "../../answers/figures";
import { untilNextDay } from "../../filters/api/dashboard";
import type { Filters } from "../../filters/filters";

/** Which figures over which months, `2025-03`; no figure is all of them, an open end is as far as months are known. */
export interface Period {
  readonly figures: readonly Schemas["FigureName"][];
  readonly from?: string;
  readonly to?: string;
}

export const historyQuery = (filters: Filters, { figures, from, to }: Period) =>
  queryOptions({
    queryKey: ["dashboard", "history", filters, figures, from, to],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/dashboard/history", {
          params: { query: { ...filters, figure: [...figures], monthFrom: from, monthTo: to } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: untilNextDay,
  });

/** The last month that figures rest on: that of the newest balance, or of the date that balances are rolled forward to. */
export function reportedTo({
  businessDate,
  figures,
  rolled,
}: Pick<Dashboard, "businessDate" | "figures" | "rolled">): string {
  if (rolled !== null && rolled.loans > 0) return businessDate.slice(0, 7);
  const newest = figures.outstanding.asOf?.latest ?? businessDate;
  return (newest < businessDate ? newest : businessDate).slice(0, 7);
}

/** The month so many months before that of a date or month: `2026-11-23`, 24 → `2024-11`. */
export function monthsBefore(month: string, months: number): string {
  const first = new Date(`${month.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() - months);
  return first.toISOString().slice(0, 7);
}
