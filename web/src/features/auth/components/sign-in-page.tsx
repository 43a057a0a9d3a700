"use client";

import { Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";

import { Brand } from "@/components/brand";
import { ProblemNotice } from "@/components/problem-notice";
import { signIn } from "@/lib/api/session";

export function SignInPage() {
  const router = useRouter();
  const next = useSearchParams().get("next") ?? "/dashboard/";
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "" } });
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email, password),
    onSuccess: () => router.replace(ownPath(next)),
  });
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper p="xl" w="100%" maw={400} bg="var(--surface)" bd="1px solid var(--surface-border)">
        <form onSubmit={form.onSubmit((values) => attempt.mutate(values))}>
          <Stack>
            <Brand href="/" />
            <Title order={1}>Sign in</Title>
            {attempt.error && <ProblemNotice problem={attempt.error} />}
            <TextInput
              label="E-mail"
              type="email"
              autoComplete="username"
              required
              {...form.getInputProps("email")}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              {...form.getInputProps("password")}
            />
            <Button type="submit" loading={attempt.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

/** Only a path of this site: an address elsewhere in `next` would send people away with our name on it. */
function ownPath(next: string): string {
  return /^\/(?![/\\])/.test(next) ? next : "/dashboard/";
}
