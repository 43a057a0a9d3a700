import { queryOptions } from "@tanstack/react-query";

import { answered, api, ifMatch, type Schemas } from "@/api/client";

export const organizationQuery = queryOptions({
  queryKey: ["organization"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/organization", { signal })),
});

export const changeOrganization = (version: number, body: Schemas["OrganizationDraft"]) =>
  answered(api.PUT("/api/v1/organization", { params: { header: ifMatch(version) }, body }));

export const changeSignIn = (version: number, body: Schemas["SignInPolicy"]) =>
  answered(api.PUT("/api/v1/organization/sign-in", { params: { header: ifMatch(version) }, body }));
