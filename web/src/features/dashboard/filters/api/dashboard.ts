import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

import { wholeDashboard } from "../../answers/figures";
import type { Filters } from "../filters";

const HALF_HOUR = 1_800_000;
const A_MOMENT = 2_000;

/** Until a business date may begin somewhere, which is on a half hour: a tab that stays open shows its figures then. */
export const untilNextDay = (): number => HALF_HOUR - (Date.now() % HALF_HOUR) + A_MOMENT;

export const dashboardQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ["dashboard", "figures", filters],
    queryFn: async ({ signal }) =>
      wholeDashboard(await answered(api.GET("/api/v1/dashboard", { params: { query: filters }, signal }))),
    placeholderData: keepPreviousData,
    refetchInterval: untilNextDay,
  });
