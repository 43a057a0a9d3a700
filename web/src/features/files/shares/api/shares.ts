import { infiniteQueryOptions, type QueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

export type Share = Schemas["ShareView"];
export type ShareDraft = Schemas["ShareDraft"];

/** The links to a document's versions, the latest first; those who have them use them without this page knowing. */
export const sharesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["documents", "shares", id],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/documents/{document_id}/shares", {
          params: { path: { document_id: id }, query: { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 0,
  });

/** Who tried to open a link, the latest first. */
export const accessesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["documents", "accesses", id],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/shares/{share_id}/accesses", {
          params: { path: { share_id: id }, query: { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 0,
  });

/** Make a link to one version, and return its address. */
export async function makeShare(
  client: QueryClient,
  id: string,
  number: number,
  body: ShareDraft,
): Promise<string> {
  const path = { document_id: id, number: String(number) };
  const { token } = await answered(
    api.POST("/api/v1/documents/{document_id}/versions/{number}/shares", { params: { path }, body }),
  );
  await client.invalidateQueries({ queryKey: sharesQuery(id).queryKey });
  return `${location.origin}/shared/#${token}`;
}

/** Revoke a link: nobody fetches anything by it from now on. */
export async function revokeShare(client: QueryClient, share: Share): Promise<void> {
  await answered(api.DELETE("/api/v1/shares/{share_id}", { params: { path: { share_id: share.id } } }));
  await client.invalidateQueries({ queryKey: sharesQuery(share.documentId).queryKey });
}
