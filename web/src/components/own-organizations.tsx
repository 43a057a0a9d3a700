"use client";

import { Menu, Text } from "@mantine/core";
import { IconBuilding } from "@tabler/icons-react";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { answered, api } from "@/api/client";
import { switchOrganization } from "@/api/session";

import { notDone } from "./not-done";

const ownOrganizationsQuery = queryOptions({
  queryKey: ["own-organizations"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/auth/me/organizations", { signal })),
});

/** The other organizations of the person who is signed in, to go on in; nothing where there are none. */
export function OwnOrganizations() {
  const queries = useQueryClient();
  const router = useRouter();
  const { data } = useQuery(ownOrganizationsQuery);
  const { mutate, isPending } = useMutation({
    mutationFn: switchOrganization,
    onSuccess: () => {
      queries.removeQueries(); // nothing that was read here is shown there
      router.replace("/dashboard/");
    },
    onError: notDone("Not switched"),
  });
  const others = data?.items.filter(({ current }) => !current) ?? [];
  if (others.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>Your other organizations</Menu.Label>
      {others.map(({ id, name, refused }) => (
        <Menu.Item
          key={id}
          leftSection={<IconBuilding size={16} aria-hidden />}
          disabled={isPending || refused !== null}
          onClick={() => mutate(id)}
        >
          <Text size="sm" truncate>
            {name}
          </Text>
          {refused !== null && (
            <Text size="xs" c="dimmed">
              {refused}
            </Text>
          )}
        </Menu.Item>
      ))}
    </>
  );
}
