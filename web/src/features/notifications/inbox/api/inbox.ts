import {
  experimental_streamedQuery as streamedQuery,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";

import { answered, api, follow, idempotencyKey, type Schemas } from "@/api/client";
import { followOn } from "@/api/following";

export type Notification = Schemas["NotificationView"];

/** A person's notifications, the latest first; those that are snoozed are out of sight. */
export const inboxQuery = infiniteQueryOptions({
  queryKey: ["inbox", "list"],
  queryFn: ({ signal, pageParam }) =>
    answered(api.GET("/api/v1/inbox", { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined,
});

/** How many are unread, null where nobody has said so yet; `away` while it cannot be followed. */
export interface Badge {
  readonly unread: number | null;
  readonly away: boolean;
}

const UNTOLD: Badge = { unread: null, away: false };
const BADGE = ["inbox", "badge"] as const;

/** How many are unread, followed as it changes. */
export const badgeQuery = queryOptions({
  queryKey: BADGE,
  queryFn: streamedQuery<number, Badge>({
    streamFn: ({ client, signal }) => watchBadge(client, signal),
    reducer: (known, unread) => ({ ...known, unread }),
    initialValue: UNTOLD,
    refetchMode: "append",
  }),
  meta: { followed: true },
  staleTime: Infinity,
});

async function* watchBadge(client: QueryClient, signal: AbortSignal): AsyncGenerator<number> {
  let known: number | null = null;
  const note = (away: boolean) => client.setQueryData<Badge>(BADGE, (badge = UNTOLD) => ({ ...badge, away }));
  const badges = followOn<{ unread: number }>(
    (watching, onOpen) => follow("/api/v1/inbox/events", watching, onOpen),
    signal,
    // What is known stays, and it is tried again.
    { onFailure: () => note(true), onOpen: () => note(false) },
  );
  for await (const { data } of badges) {
    if (known !== null && known !== data.unread)
      void client.invalidateQueries({ queryKey: ["inbox", "list"] });
    known = data.unread;
    yield data.unread;
  }
}

const header = () => ({ "Idempotency-Key": idempotencyKey() });

export const markAllRead = async (): Promise<void> => {
  for (;;) {
    const { more } = await answered(api.POST("/api/v1/inbox/read-all", { params: { header: header() } }));
    if (!more) return;
  }
};

export type Mark = "read" | "unread" | "acknowledge";

export const mark = (id: string, how: Mark): Promise<Notification> => {
  const params = { path: { notification_id: id }, header: header() };
  switch (how) {
    case "read":
      return answered(api.POST("/api/v1/inbox/{notification_id}/read", { params }));
    case "unread":
      return answered(api.POST("/api/v1/inbox/{notification_id}/unread", { params }));
    case "acknowledge":
      return answered(api.POST("/api/v1/inbox/{notification_id}/acknowledge", { params }));
  }
};

/** Put a notification out of sight until a time. */
export const snooze = (id: string, until: Date): Promise<Notification> =>
  answered(
    api.POST("/api/v1/inbox/{notification_id}/snooze", {
      params: { path: { notification_id: id }, header: header() },
      body: { until: until.toISOString() },
    }),
  );

/** Make a notification another member's task. */
export const assign = (id: string, userId: string): Promise<Notification> =>
  answered(
    api.POST("/api/v1/inbox/{notification_id}/assign", {
      params: { path: { notification_id: id }, header: header() },
      body: { userId },
    }),
  );
