"use client";

import { Anchor, List, Skeleton } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { answered, api } from "@/api/client";
import { type Permission, useMay } from "@/api/me";

import { EmptyState } from "./empty-state";

const NAMED = 5;

const administratorsQuery = queryOptions({
  queryKey: ["members", "administrators"],
  queryFn: ({ signal }) =>
    answered(
      api.GET("/api/v1/members", {
        params: { query: { role: "administrator", active: true, limit: NAMED } },
        signal,
      }),
    ),
});

/** Shows a page to those who may see it, and tells others whom to ask. `what` is the page in a few words. */
export function Allowed({ to, what, children }: { to: Permission; what: string; children: ReactNode }) {
  return useMay(to) ? children : <NotAllowed what={what} />;
}

function NotAllowed({ what }: { what: string }) {
  const { data, error } = useQuery(administratorsQuery);
  return (
    <EmptyState
      title={`Your role does not let you see ${what}`}
      actions={
        data === undefined ? (
          !error && <Skeleton h={20} w={280} />
        ) : (
          <List listStyleType="none">
            {data.items.map(({ id, firstName, lastName, email }) => (
              <List.Item key={id} style={{ overflowWrap: "anywhere" }}>
                {firstName} {lastName}, <Anchor href={`mailto:${email}`}>{email}</Anchor>
              </List.Item>
            ))}
          </List>
        )
      }
    >
      An administrator of your organization can change your role:
    </EmptyState>
  );
}
