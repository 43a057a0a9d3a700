import { queryOptions } from "@tanstack/react-query";

import { answered, publicApi, type Schemas } from "@/api/client";

/** Create your organization; the answer says the same whether or not the address had an account. */
export const register = (body: Schemas["Registration"]) =>
  answered(publicApi.POST("/api/v1/auth/register", { body }));

/** Where an invitation's link leads. Its token stays out of every address that a server could log. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) =>
      answered(publicApi.POST("/api/v1/auth/invitations/look-up", { body: { token }, signal })),
    staleTime: Infinity,
    enabled: token !== "",
  });

export const accept = (body: Schemas["Acceptance"]) =>
  answered(publicApi.POST("/api/v1/auth/invitations/accept", { body }));

/** Whose account a password link is for. */
export const passwordLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ["password-link", token],
    queryFn: ({ signal }) =>
      answered(publicApi.POST("/api/v1/auth/password-links/look-up", { body: { token }, signal })),
    staleTime: Infinity,
    enabled: token !== "",
  });

export const choosePassword = (body: Schemas["ChosenPassword"]) =>
  answered(publicApi.POST("/api/v1/auth/password-links/use", { body }));
