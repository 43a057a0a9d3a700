import { queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, type Schemas } from "@/api/client";

/** Whether the demonstration portfolio is here, and how much of it. */
export const demonstrationQuery = queryOptions({
  // Below the dashboard: what changes the figures may have brought it or taken it away.
  queryKey: ["dashboard", "demonstration"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/demonstration", { signal })),
});

export const loadDemonstration = (): Promise<Schemas["DemonstrationState"]> =>
  answered(api.POST("/api/v1/demonstration", { headers: { "Idempotency-Key": idempotencyKey() } }));

/** Remove what the demonstration put there; tells what had to stay. */
export const removeDemonstration = (): Promise<Schemas["RemovedDemonstration"]> =>
  answered(api.DELETE("/api/v1/demonstration"));
