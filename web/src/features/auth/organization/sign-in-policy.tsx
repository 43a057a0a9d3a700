"use client";

import { Stack, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";

import { changeSignIn, organizationQuery } from "./api/organization";

/** What members need to sign in. */
export function SignInPolicy({ organization }: { organization: Schemas["Organization"] }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (required: boolean) =>
      changeSignIn(organization.version, { secondFactor: required ? "required" : "optional" }),
    onSuccess: (changed) => {
      queries.setQueryData(organizationQuery.queryKey, changed);
      notifications.show({
        message:
          changed.secondFactor === "required"
            ? "Members need a second factor from now on."
            : "Members may have a second factor, and need none.",
      });
    },
    onError: () => queries.invalidateQueries({ queryKey: organizationQuery.queryKey }),
  });
  return (
    <Surface title="Signing in">
      <Stack gap="sm">
        <Switch
          label="Require a second factor"
          description="Members sign in with their password and a code of an authenticator app."
          checked={organization.secondFactor === "required"}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed">
          Who has none adds one before they can go on, within ten minutes.
        </Text>
        <SaveProblem problem={change.error} fields={[]} />
      </Stack>
    </Surface>
  );
}
