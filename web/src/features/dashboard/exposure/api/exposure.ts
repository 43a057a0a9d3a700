import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

import { wholeDashboard } from "../../answers/figures";

/** By what an exposure is asked for: whose money, or on what. */
export type ExposureField = "lenderId" | "fundId" | "portfolioId" | "propertyId";

/** All figures of the loans of one lender, fund or portfolio, or on one property. */
export const exposureQuery = (field: ExposureField, id: string) =>
  queryOptions({
    queryKey: ["dashboard", "exposure", field, id],
    queryFn: async ({ signal }) =>
      wholeDashboard(
        await answered(api.GET("/api/v1/dashboard", { params: { query: { [field]: [id] } }, signal })),
      ),
    placeholderData: keepPreviousData,
  });

/** The ratios of the debt allocated to a property, against what it alone is worth and earns. */
export const propertyRatiosQuery = (id: string) =>
  queryOptions({
    queryKey: ["loans", "property-ratios", id],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/properties/{property_id}/ratios", {
          params: { path: { property_id: id } },
          signal,
        }),
      ),
  });
