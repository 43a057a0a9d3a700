"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import { dayIn } from "@/format/age";

import { answered, api, type Schemas } from "./client";
import { accessRefusals, onSessionChange, type SessionState, sessionState } from "./session";

export type Permission =
  | "portfolio.read"
  | "portfolio.write"
  | "portfolio.delete"
  | "tape.import"
  | "file.read"
  | "file.write"
  | "file.share"
  | "file.delete"
  | "file.hold"
  | "file.confidential"
  | "audit.read"
  | "event.read"
  | "webhook.manage"
  | "member.read"
  | "member.manage"
  | "organization.manage";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/auth/me", { signal })),
  staleTime: 60_000,
});

export const useSession = (): SessionState =>
  useSyncExternalStore(onSessionChange, sessionState, () => "unknown");

/** Changes whenever something about what the person may do has changed meanwhile. */
export const useAccessRefusals = (): number => useSyncExternalStore(onSessionChange, accessRefusals, () => 0);

/** Who is signed in; only below `SignedIn`, which waits for the answer. */
export function useMe(): Schemas["AccountView"] {
  const { data } = useQuery(meQuery);
  if (data === undefined) throw new Error("useMe is for what stands inside SignedIn");
  return data;
}

/** The organization's date today. */
export const useBusinessDate = (): string => dayIn(useMe().organization.settings.timezone);

/** Whether the person who is signed in may do something: what the server would refuse has no button. */
export function useMay(permission: Permission): boolean {
  return useMe().member.permissions.includes(permission);
}
