"use client";

import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";

import { useMe } from "@/api/me";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";

/** Asks for the password before something that whoever holds the open page alone may not do. */
export function PasswordDialog({
  title,
  children,
  label,
  dangerous = false,
  onPassword,
  onClose,
}: {
  title: string;
  /** What is going to happen. */
  children: ReactNode;
  label: string;
  dangerous?: boolean;
  onPassword: (password: string) => Promise<void>;
  onClose: () => void;
}) {
  const { member } = useMe();
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: () => onPassword(password) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form method="post" onSubmit={submit}>
        <Stack>
          <Text size="sm">{children}</Text>
          {/* for password managers: whose password this is */}
          <input type="email" name="email" autoComplete="username" value={member.email} readOnly hidden />
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={attempt.error && refusalsByField(attempt.error).currentPassword}
          />
          <SaveProblem problem={attempt.error} fields={["currentPassword"]} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={attempt.isPending} {...(dangerous && { color: "red.9" })}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
