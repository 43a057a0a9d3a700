import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, ifMatch, type Schemas } from "@/api/client";

import type { Role } from "../roles";

export interface MemberFilters {
  readonly search?: string | undefined;
  readonly role?: Role | undefined;
  readonly active?: boolean | undefined;
}

export const membersQuery = (filters: MemberFilters) =>
  infiniteQueryOptions({
    queryKey: ["members", "list", filters],
    queryFn: ({ signal, pageParam }) =>
      answered(api.GET("/api/v1/members", { params: { query: { ...filters, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ["members", "invitations"],
  queryFn: ({ signal, pageParam }) =>
    answered(api.GET("/api/v1/members/invitations", { params: { query: { cursor: pageParam } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});

const path = (id: string) => ({ path: { member_id: id } });

export const changeRole = ({ id, version, role }: { id: string; version: number; role: Role }) =>
  answered(
    api.PUT("/api/v1/members/{member_id}/role", {
      params: { ...path(id), header: ifMatch(version) },
      body: { role },
    }),
  );

export const deactivate = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/deactivate", { params: path(id) }));

export const reactivate = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/reactivate", { params: path(id) }));

export const unlock = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/unlock", { params: path(id) }));

export const resetSecondFactor = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/second-factor/reset", { params: path(id) }));

export const removalQuery = (id: string) =>
  queryOptions({
    queryKey: ["members", "removal", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/members/{member_id}/removal", { params: path(id), signal })),
  });

export const remove = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/removal", { params: path(id) }));

export const undoRemoval = (id: string) =>
  answered(api.DELETE("/api/v1/members/{member_id}/removal", { params: path(id) }));

export const signMemberOut = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/sign-out", { params: path(id) }));

export const makePasswordLink = (id: string) =>
  answered(api.POST("/api/v1/members/{member_id}/password-link", { params: path(id) }));

export const invite = (body: Schemas["NewInvitation"]) =>
  answered(api.POST("/api/v1/members/invitations", { body }));

export const withdraw = (id: string) =>
  answered(
    api.DELETE("/api/v1/members/invitations/{invitation_id}", { params: { path: { invitation_id: id } } }),
  );
