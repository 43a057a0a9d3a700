import { queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, type Schemas } from "@/api/client";

export type Demonstration = Schemas["DemonstrationView"];

const LOOK_AGAIN = 1_000;

/** Whether services are putting the demonstration in, or taking it out. */
export const isUnderWay = (demonstration: Demonstration | undefined): boolean =>
  demonstration?.presence === "arriving" || demonstration?.presence === "leaving";

/** Whether the demonstration portfolio is here, and how far each service is with it. */
export const demonstrationQuery = queryOptions({
  // Below the dashboard: what changes the figures may have brought it or taken it away.
  queryKey: ["dashboard", "demonstration"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/demonstration", { signal })),
  refetchInterval: ({ state: { data } }) => (isUnderWay(data) ? LOOK_AGAIN : false),
});

export const loadDemonstration = (): Promise<Demonstration> =>
  answered(api.POST("/api/v1/demonstration", { headers: { "Idempotency-Key": idempotencyKey() } }));

/** Have what the demonstration put there taken out; it tells in the end what had to stay. */
export const removeDemonstration = (): Promise<Demonstration> =>
  answered(api.DELETE("/api/v1/demonstration"));
