import { infiniteQueryOptions } from "@tanstack/react-query";

import { answered, api, ifMatch, type Schemas } from "@/api/client";

export type CalendarFeed = Schemas["CalendarFeedView"];

/** One's own calendar feeds. */
export const feedsQuery = infiniteQueryOptions({
  queryKey: ["calendar-feeds"],
  queryFn: ({ signal, pageParam }) =>
    answered(api.GET("/api/v1/calendar-feeds", { params: { query: { cursor: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined,
});

/** Make a feed; the answer has its address, this once. */
export const makeFeed = (draft: Schemas["FeedDraft"]): Promise<Schemas["MadeCalendarFeed"]> =>
  answered(api.POST("/api/v1/calendar-feeds", { body: draft }));

export const revokeFeed = async ({ id, version }: CalendarFeed): Promise<void> => {
  await answered(
    api.DELETE("/api/v1/calendar-feeds/{feed_id}", {
      params: { path: { feed_id: id }, header: ifMatch(version) },
    }),
  );
};
