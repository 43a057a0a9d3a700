import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/lib/api/client";

import type { Filters } from "./filters";

export const dashboardQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ["dashboard", "figures", filters],
    queryFn: ({ signal }) => answered(api.GET("/api/v1/dashboard", { params: { query: filters }, signal })),
    placeholderData: keepPreviousData,
  });
