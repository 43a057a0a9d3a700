import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";

export type Note = Schemas["Note"];
export type NoteDraft = Schemas["NoteDraft"];
export type NotedKind = Schemas["NotedKind"];

/** A thing that notes are on. */
export interface Noted {
  readonly thingKind: NotedKind;
  readonly thingId: string;
}

/** Notes on a thing, the latest first. */
export const notesQuery = (on: Noted) =>
  infiniteQueryOptions({
    queryKey: ["notes", on, "list"],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/notes", { params: { query: { ...on, limit: 50, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** Those that are pinned; of more than two hundred the latest. */
export const pinnedNotesQuery = (on: Noted) =>
  queryOptions({
    queryKey: ["notes", on, "pinned"],
    queryFn: async ({ signal }) =>
      (
        await answered(
          api.GET("/api/v1/notes", { params: { query: { ...on, pinned: true, limit: 200 } }, signal }),
        )
      ).items,
  });

export const noteQuery = (id: string) =>
  queryOptions({
    queryKey: ["notes", "one", id],
    queryFn: ({ signal }) => readNote(id, signal),
  });

export const readNote = (id: string, signal?: AbortSignal): Promise<Note> =>
  answered(api.GET("/api/v1/notes/{note_id}", { params: { path: { note_id: id } }, signal }));

export const writeNote = (on: Noted, draft: NoteDraft): Promise<Note> =>
  answered(
    api.POST("/api/v1/notes", {
      params: { header: { "Idempotency-Key": idempotencyKey() } },
      body: { ...draft, ...on },
    }),
  );

export const changeNote = (id: string, version: number, draft: NoteDraft): Promise<Note> =>
  answered(
    api.PUT("/api/v1/notes/{note_id}", {
      params: { path: { note_id: id }, header: ifMatch(version) },
      body: draft,
    }),
  );

export const deleteNote = async ({ id, version }: Note): Promise<void> => {
  await answered(
    api.DELETE("/api/v1/notes/{note_id}", {
      params: { path: { note_id: id }, header: ifMatch(version) },
    }),
  );
};

export const restoreNote = (id: string): Promise<Note> =>
  answered(
    api.POST("/api/v1/notes/{note_id}/restore", {
      params: { path: { note_id: id }, header: { "Idempotency-Key": idempotencyKey() } },
    }),
  );
