"use client";

import { Button, Modal, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "@/api/problem";
import { leaveTab, type SessionState, showCode, signIn } from "@/api/session";

import { CodeField } from "./code-field";
import { CountDown } from "./count-down";

const REASONS: Partial<Record<SessionState, { title: string; text: string }>> = {
  ended: { title: "Your session has ended", text: "It ran out, or it was ended from elsewhere." },
  "left-elsewhere": { title: "You signed out in another tab", text: "This page is still as you left it." },
  "someone-else": {
    title: "Somebody else has signed in",
    text: "Another member signed in in another tab of this browser. Nothing here was done in their name.",
  },
};

/** Asks for the password where a session ended in the middle of something; what stands behind stays as it is. */
export function SignInAgain({ session, email }: { session: SessionState; email: string }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [challenge, setChallenge] = useState<string | null>(null);
  const queries = useQueryClient();
  const attempt = useMutation({
    mutationFn: () =>
      challenge === null
        ? signIn(email, password, { again: true })
        : showCode(challenge, code, { again: true }),
    onError: (error) => {
      if (error instanceof Problem && error.challenge !== null) setChallenge(error.challenge);
    },
    onSuccess: () => {
      setPassword("");
      setCode("");
      setChallenge(null);
      void queries.invalidateQueries();
    },
  });
  const reason = REASONS[session];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  const leave = () => {
    leaveTab();
    // A new page: nothing of this member stays in memory.
    location.replace(session === "someone-else" ? "/dashboard/" : "/sign-in/");
  };
  const { error } = attempt;
  const asked = error instanceof Problem && error.challenge !== null;
  const refusal = error && !asked && (
    <>
      {error.message} {error instanceof Problem && <CountDown problem={error} />}
    </>
  );
  return (
    <Modal
      opened={reason !== undefined}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={reason?.title}
      zIndex={500}
      centered
      // Who signed out, or handed the machine on, does not want the page read by whoever comes next.
      overlayProps={session === "ended" ? undefined : { blur: 24, backgroundOpacity: 0.85 }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {reason?.text} Sign in again as {email} to go on where you were. Nothing you entered is lost.
          </Text>
          <TextInput label="Email" type="email" autoComplete="username" value={email} readOnly />
          {challenge === null ? (
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              data-autofocus
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={refusal}
            />
          ) : (
            <CodeField
              data-autofocus
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              error={refusal}
            />
          )}
          <Button type="submit" loading={attempt.isPending}>
            Sign in
          </Button>
          {challenge !== null && (
            <Button variant="subtle" color="gray" onClick={() => setChallenge(null)}>
              Enter the password again
            </Button>
          )}
          <Button variant="subtle" color="gray" onClick={leave}>
            {session === "someone-else" ? "Leave this page and go on as them" : "Leave this page"}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
