"use client";

import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";

import { useMe } from "@/api/me";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";

import { changeAddress } from "./api/account";

/** Asks for another address: a link goes to it, and the address stays as it is until that is used. */
export function AddressForm() {
  const { member } = useMe();
  const form = useForm({ initialValues: { email: "", currentPassword: "" } });
  const change = useMutation({
    mutationFn: changeAddress,
    onSuccess: () => form.reset(),
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  return (
    <Surface title="Email address">
      <form method="post" onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack maw={480}>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {member.email} ({member.emailVerified ? "confirmed" : "not confirmed"})
          </Text>
          <TextInput
            label="New email"
            type="email"
            name="new-email"
            autoComplete="email"
            required
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label="Your password"
            name="password"
            autoComplete="current-password"
            required
            {...form.getInputProps("currentPassword")}
          />
          <SaveProblem problem={change.error} fields={["email", "currentPassword"]} />
          {change.data !== undefined && (
            <Alert color="blue" role="status">
              {change.data.message}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change email
            </Button>
            <Text size="xs" c="dimmed">
              Confirmed by a link to the new address. The old one is told, and can undo it for a week.
            </Text>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
