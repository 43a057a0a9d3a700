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

/** Have a link mailed; the answer says the same whether or not the address has an account. */
export const forgetPassword = (body: Schemas["ForgottenPassword"]) =>
  answered(publicApi.POST("/api/v1/auth/password/forgotten", { body }));

/** What a link about an address leads to. */
export const addressLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ["address-link", token],
    queryFn: ({ signal }) =>
      answered(publicApi.POST("/api/v1/auth/addresses/look-up", { body: { token }, signal })),
    staleTime: Infinity,
    enabled: token !== "",
  });

const LOOK_AGAIN = 5_000;

/** How far a deletion is, looked at again until its certificate is there. */
export const deletionLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ["deletion-link", token],
    queryFn: ({ signal }) =>
      answered(publicApi.POST("/api/v1/auth/deletions/look-up", { body: { token }, signal })),
    enabled: token !== "",
    refetchInterval: ({ state }) =>
      state.data?.certificate === null &&
      !["undone", "refused", "asked"].includes(state.data.deletion?.state ?? "")
        ? LOOK_AGAIN
        : false,
  });

export const followAddressLink = (token: string) =>
  answered(publicApi.POST("/api/v1/auth/addresses/use", { body: { token } }));

export const choosePassword = (body: Schemas["ChosenPassword"]) =>
  answered(publicApi.POST("/api/v1/auth/password-links/use", { body }));
