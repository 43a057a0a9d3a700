"use client";

import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useMe } from "@/api/me";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";

import { changePassword, sessionsQuery } from "./api/account";
import { NewPassword } from "./new-password";

export function PasswordForm() {
  const { member } = useMe();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { currentPassword: "", newPassword: "" } });
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      form.reset();
      notifications.show({
        message: "Your password is changed. All your other sessions have ended.",
      });
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  const ownWords = [member.firstName, member.lastName, member.email.split("@")[0] ?? ""];
  return (
    <Surface title="Password">
      <form method="post" onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack maw={480}>
          {/* for password managers: whose password this is */}
          <input type="email" name="email" autoComplete="username" value={member.email} readOnly hidden />
          <PasswordInput
            label="Current password"
            name="password"
            autoComplete="current-password"
            required
            {...form.getInputProps("currentPassword")}
          />
          <NewPassword
            label="New password"
            value={form.values.newPassword}
            onChange={(password) => form.setFieldValue("newPassword", password)}
            error={form.errors.newPassword}
            ownWords={ownWords}
          />
          <SaveProblem problem={change.error} fields={["currentPassword", "newPassword"]} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
            <Text size="xs" c="dimmed">
              All your other sessions end.
            </Text>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
