import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/lib/api/client";
import type { paths } from "@/lib/api/schema";

/** The dashboard's filters, as its address and the server's query parameters name them. */
export type Filters = Omit<
  NonNullable<paths["/api/v1/dashboard"]["get"]["parameters"]["query"]>,
  "businessDate"
>;

export const dashboardQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ["dashboard", "figures", filters],
    queryFn: ({ signal }) => answered(api.GET("/api/v1/dashboard", { params: { query: filters }, signal })),
    placeholderData: keepPreviousData,
  });
