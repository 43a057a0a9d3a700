"use client";

import { Alert, Anchor, Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";

import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";

import { forgetPassword } from "./api/front-door";
import { FrontDoor } from "./front-door";

/** Has a link for a new password mailed; says the same whether or not the address has an account. */
export function ForgotPasswordPage() {
  const asking = useMutation({ mutationFn: (email: string) => forgetPassword({ email }) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    asking.mutate(String(new FormData(event.currentTarget).get("email")));
  };
  const foot = (
    <Anchor component={Link} href="/sign-in/" inherit underline="always">
      Back to sign in
    </Anchor>
  );
  if (asking.data !== undefined) {
    return (
      <FrontDoor title="Check your email" foot={foot}>
        <Alert color="blue" role="status">
          {asking.data.message}
        </Alert>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title="Forgot password" lead="We’ll email you a link to choose a new one." foot={foot}>
      <form method="post" onSubmit={submit}>
        <Stack>
          <TextInput label="Email" name="email" type="email" autoComplete="username" required autoFocus />
          {asking.error && <ProblemNotice problem={asking.error} />}
          <Button type="submit" loading={asking.isPending}>
            Send link
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
