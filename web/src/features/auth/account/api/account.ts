import { queryOptions } from "@tanstack/react-query";

import { answered, api, ifMatch, type Schemas } from "@/api/client";

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/auth/sessions", { signal })),
});

export const changeProfile = (version: number, body: Schemas["ProfileDraft"]) =>
  answered(api.PUT("/api/v1/auth/me", { params: { header: ifMatch(version) }, body }));

export const changePassword = (body: Schemas["PasswordChange"]) =>
  answered(api.POST("/api/v1/auth/password", { body }));

/** Have the link mailed again that confirms one's address. */
export const sendVerification = () => answered(api.POST("/api/v1/auth/me/verification"));

/** Have a link mailed to another address, which is one's own once the link is used. */
export const changeAddress = (body: Schemas["NewAddress"]) =>
  answered(api.POST("/api/v1/auth/me/address", { body }));

export const endSession = (id: string) =>
  answered(api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: id } } }));

export const signOutEverywhere = () => answered(api.POST("/api/v1/auth/sign-out-everywhere"));

export const secondFactorsQuery = queryOptions({
  queryKey: ["second-factors"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/auth/me/second-factor", { signal })),
});

export const beginAuthenticator = (currentPassword: string) =>
  answered(api.POST("/api/v1/auth/me/authenticator", { body: { currentPassword } }));

export const confirmAuthenticator = (code: string) =>
  answered(api.POST("/api/v1/auth/me/authenticator/confirmation", { body: { code } }));

export const makeRecoveryCodes = (currentPassword: string) =>
  answered(api.POST("/api/v1/auth/me/recovery-codes", { body: { currentPassword } }));

export const removeAuthenticator = (currentPassword: string) =>
  answered(api.POST("/api/v1/auth/me/authenticator/removal", { body: { currentPassword } }));
