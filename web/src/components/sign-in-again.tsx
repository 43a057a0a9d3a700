"use client";

import { Button, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { sessionOver, signIn } from "@/lib/api/session";

/** Asks for the password where a session ended in the middle of something; what stands behind stays as it is. */
export function SignInAgain({ opened, email }: { opened: boolean; email: string }) {
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      title="Your session has ended"
      centered
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            Sign in again as {email} to go on where you were. Nothing you entered is lost.
          </Text>
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            data-autofocus
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={attempt.error?.message}
          />
          <Button type="submit" loading={attempt.isPending}>
            Sign in
          </Button>
          <Button variant="subtle" color="gray" onClick={sessionOver}>
            Leave this page and use another account
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
