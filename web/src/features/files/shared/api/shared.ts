import { queryOptions } from "@tanstack/react-query";

import { answered, publicApi } from "@/api/client";

/** What a link is of, while it can be opened. */
export const sharedQuery = (token: string) =>
  queryOptions({
    queryKey: ["shared", token],
    queryFn: ({ signal }) => answered(publicApi.POST("/api/v1/shared/look-up", { body: { token }, signal })),
    retry: false,
    staleTime: 0, // it may be revoked at any moment
  });

/** Open a link, which counts as one download, and return where its bytes are for a while. */
export async function openShared(token: string, password: string | null): Promise<string> {
  const { ticket } = await answered(publicApi.POST("/api/v1/shared/open", { body: { token, password } }));
  return `/api/v1/shared/content?ticket=${encodeURIComponent(ticket)}`;
}
