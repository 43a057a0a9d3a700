import { type InfiniteData, queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";
import { type CursorPage, cursorPages } from "@/components/table/pages";

export type Endpoint = Schemas["EndpointView"];
export type EndpointDraft = Schemas["EndpointDraft"];
export type EndpointSecret = Schemas["EndpointSecret"];
export type Delivery = Schemas["DeliverySummary"];
export type DeliveryState = Schemas["DeliveryState"];

/** An organization's endpoints, the oldest first: few enough for one page. */
export const endpointsQuery = queryOptions({
  queryKey: ["webhooks", "list"],
  queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/webhooks", { signal }))).items,
});

const path = (id: string) => ({ path: { endpoint_id: id } });
const once = (id: string) => ({ ...path(id), header: { "Idempotency-Key": idempotencyKey() } });

export const readEndpoint = (id: string, signal?: AbortSignal): Promise<Endpoint> =>
  answered(api.GET("/api/v1/webhooks/{endpoint_id}", { params: path(id), signal }));

export const endpointQuery = (id: string) =>
  queryOptions({ queryKey: ["webhooks", "one", id], queryFn: ({ signal }) => readEndpoint(id, signal) });

/** The types of event that an endpoint can be sent, with what they tell. */
export const eventTypesQuery = queryOptions({
  queryKey: ["webhooks", "types"],
  queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/events/types", { signal }))).items,
  staleTime: Infinity,
});

export const createEndpoint = (draft: EndpointDraft): Promise<EndpointSecret> =>
  answered(api.POST("/api/v1/webhooks", { body: draft }));

export const changeEndpoint = (id: string, version: number, draft: EndpointDraft): Promise<Endpoint> =>
  answered(
    api.PUT("/api/v1/webhooks/{endpoint_id}", {
      params: { ...path(id), header: ifMatch(version) },
      body: draft,
    }),
  );

export const deleteEndpoint = async ({ id, version }: Endpoint): Promise<void> => {
  await answered(
    api.DELETE("/api/v1/webhooks/{endpoint_id}", { params: { ...path(id), header: ifMatch(version) } }),
  );
};

export const rotateSecret = (id: string): Promise<EndpointSecret> =>
  answered(api.POST("/api/v1/webhooks/{endpoint_id}/rotate", { params: path(id) }));

export const enableEndpoint = (id: string): Promise<Endpoint> =>
  answered(api.POST("/api/v1/webhooks/{endpoint_id}/enable", { params: once(id) }));

export const disableEndpoint = (id: string): Promise<Endpoint> =>
  answered(api.POST("/api/v1/webhooks/{endpoint_id}/disable", { params: once(id) }));

export const testEndpoint = (id: string): Promise<Schemas["Tested"]> =>
  answered(api.POST("/api/v1/webhooks/{endpoint_id}/test", { params: once(id) }));

/** Sends what happened in a stretch of time again, part by part; returns how many messages. */
export async function replay(id: string, stretch: { since: string; until: string }): Promise<number> {
  let messages = 0;
  let after: string | null = null;
  do {
    const part: Schemas["Replayed"] = await answered(
      api.POST("/api/v1/webhooks/{endpoint_id}/replay", { params: once(id), body: { ...stretch, after } }),
    );
    messages += part.messages;
    after = part.next;
  } while (after !== null);
  return messages;
}

/** Messages to an endpoint, the latest first. A list with one on its way is looked at again. */
export const deliveriesPages = (id: string, state: DeliveryState | null) => ({
  ...cursorPages<Delivery>(["webhooks", "deliveries", id, state], (cursor, signal) =>
    answered(
      api.GET("/api/v1/webhooks/{endpoint_id}/deliveries", {
        params: { ...path(id), query: { cursor, state } },
        signal,
      }),
    ),
  ),
  refetchInterval: ({
    state: { data },
  }: {
    state: { data?: InfiniteData<CursorPage<Delivery>, unknown> };
  }) => (data?.pages.some((page) => page.items.some((one) => one.state === "waiting")) ? 2_000 : false),
});

/** One message with its body. */
export const deliveryQuery = (endpoint: string, id: string) =>
  queryOptions({
    queryKey: ["webhooks", "delivery", id],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}", {
          params: { path: { endpoint_id: endpoint, delivery_id: id } },
          signal,
        }),
      ),
  });
