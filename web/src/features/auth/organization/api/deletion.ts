import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";
import { Problem } from "@/api/problem";

const LOOK_AGAIN = 5_000;

/** The deletion that was asked for last, null where none was; looked at again while services are at work. */
export const deletionQuery = queryOptions({
  queryKey: ["organization", "deletion"],
  queryFn: async ({ signal }) => {
    try {
      return await answered(api.GET("/api/v1/organization/deletion", { signal }));
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    }
  },
  refetchInterval: ({ state }) => (isAtWork(state.data?.state) ? LOOK_AGAIN : false),
});

const isAtWork = (state: Schemas["UndertakingState"] | undefined): boolean =>
  state === "under_way" || state === "finishing" || state === "certifying";

export const askForDeletion = (body: Schemas["DeletionRequest"]) =>
  answered(api.POST("/api/v1/organization/deletion", { body }));

export const undoDeletion = () => answered(api.DELETE("/api/v1/organization/deletion"));
