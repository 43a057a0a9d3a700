"use client";

import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { Schemas } from "@/api/client";
import { CodeField } from "@/components/code-field";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";

import { confirmAuthenticator } from "./api/account";

const GROUPS = /.{1,4}/g;

/** Shows what the app is to read, and asks for its first code. */
export function AuthenticatorDialog({
  begun,
  onAdded,
  onClose,
}: {
  begun: Schemas["AuthenticatorView"];
  onAdded: (codes: readonly string[]) => void;
  onClose: () => void;
}) {
  const [code, setCode] = useState("");
  const attempt = useMutation({
    mutationFn: () => confirmAuthenticator(code),
    onSuccess: ({ codes }) => onAdded(codes),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Add an authenticator app" centered>
      <form method="post" onSubmit={submit}>
        <Stack>
          <Text size="sm">Scan this with your authenticator app.</Text>
          {/* eslint-disable-next-line @next/next/no-img-element -- a picture that came with the answer */}
          <img
            src={begun.picture}
            alt="The picture for your authenticator app"
            style={{ background: "white", padding: 8, alignSelf: "center", maxWidth: "100%" }}
          />
          <Text size="sm">
            Or type this in: <Code>{begun.secret.match(GROUPS)?.join(" ")}</Code>
          </Text>
          <CodeField
            data-autofocus
            description="The six digits that the app shows now."
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={attempt.error && refusalsByField(attempt.error).code}
          />
          <SaveProblem problem={attempt.error} fields={["code"]} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={attempt.isPending}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
