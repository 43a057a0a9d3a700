import { queryOptions } from "@tanstack/react-query";

import { answered, api, ifMatch, type Schemas } from "@/api/client";

export type Preferences = Schemas["PreferencesView"];
export type PreferencesDraft = Schemas["PreferencesDraft"];
export type Topic = Schemas["Topic"];
export type Channel = Schemas["Channel"];

/** Whose preferences: one's own, or those of all who have chosen nothing else. */
export type Whose = "me" | "organization";

/** What was chosen, and what holds in the end. */
export const preferencesQuery = (whose: Whose) =>
  queryOptions({
    queryKey: ["preferences", whose],
    queryFn: ({ signal }) =>
      answered(
        whose === "me"
          ? api.GET("/api/v1/preferences", { signal })
          : api.GET("/api/v1/preferences/organization", { signal }),
      ),
  });

export function choosePreferences(
  whose: Whose,
  version: number,
  draft: PreferencesDraft,
): Promise<Preferences> {
  const request = { params: { header: ifMatch(version) }, body: draft };
  return answered(
    whose === "me"
      ? api.PUT("/api/v1/preferences", request)
      : api.PUT("/api/v1/preferences/organization", request),
  );
}
