import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

import { wholeDashboard } from "../../answers/figures";
import type { Filters } from "../filters";

const DAY = 86_400_000;
const A_MOMENT = 2_000;

/** Until the server's next business date, which is that of UTC: a tab that stays open shows its figures then. */
export const untilNextDay = (): number => DAY - (Date.now() % DAY) + A_MOMENT;

export const dashboardQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ["dashboard", "figures", filters],
    queryFn: async ({ signal }) =>
      wholeDashboard(await answered(api.GET("/api/v1/dashboard", { params: { query: filters }, signal }))),
    placeholderData: keepPreviousData,
    refetchInterval: untilNextDay,
  });
