import type { Delivery, DeliveryState, Endpoint, EndpointDraft } from "./api/webhooks";

export const NEW_ENDPOINT: EndpointDraft = { url: "", description: "", types: [], perMinute: 600 };

/** What a person may say of an endpoint, as it is stored. */
export const draftOf = ({ url, description, types, perMinute }: Endpoint): EndpointDraft => ({
  url,
  description,
  types,
  perMinute,
});

export const nameOf = ({ description, url }: Endpoint): string => description || url;

export const DELIVERY_STATES: Readonly<Record<DeliveryState, string>> = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
  dropped: "Dropped",
};

/** What came of the last attempt: `200`, or why there was no answer. */
export function lastAnswer({ attempts }: Pick<Delivery, "attempts">): string | null {
  const last = attempts.at(-1);
  if (last === undefined) return null;
  return last.status === null ? last.error : String(last.status);
}

export const typesWords = ({ types }: Pick<Endpoint, "types">): string =>
  types.length === 0 ? "All events" : types.length === 1 ? (types[0] ?? "") : `${types.length} types`;
