"use client";

import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useSyncExternalStore } from "react";

import { deviceNote } from "@/api/device";
import { useSession } from "@/api/me";
import { Problem } from "@/api/problem";
import { renew } from "@/api/session";
import { CodeField } from "@/components/code-field";
import { ProblemNotice } from "@/components/problem-notice";

import { FrontDoor } from "./front-door";
import { nextPath } from "./next-path";
import { useEnter } from "./use-enter";

export function SignInPage() {
  const router = useRouter();
  const session = useSession();
  const { enter, enterByCode } = useEnter();
  const ended = useSyncExternalStore(unchanging, wasEnded, () => false);
  // Only where this device remembers a session: others need not be asked about one.
  useQuery({ queryKey: ["session", "remembered"], queryFn: openSession, staleTime: Infinity, retry: false });
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => enter(email, password),
  });

  const challenge = attempt.error instanceof Problem ? attempt.error.challenge : null;

  // Whoever is signed in already, perhaps in another tab at this moment, goes on.
  useEffect(() => {
    if (session === "signed-in") router.replace(nextPath(location.search, location.origin));
  }, [session, router]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Read from the form itself: what a password manager filled in before this page came to life is there too.
    const entered = new FormData(event.currentTarget);
    attempt.mutate({ email: String(entered.get("email")), password: String(entered.get("password")) });
  };
  if (challenge !== null) {
    return <CodeStep onCode={(code) => enterByCode(challenge, code)} onBack={attempt.reset} />;
  }
  return (
    <FrontDoor
      title="Sign in"
      lead={ended ? "Your session ended. Sign in to continue where you left off." : undefined}
      foot={
        <>
          New here?{" "}
          <Anchor component={Link} href="/sign-up/" inherit underline="always">
            Create your organization
          </Anchor>
        </>
      }
    >
      {/* post: should it be sent before the page has come to life, the password is in no address */}
      <form method="post" onSubmit={submit}>
        <Stack>
          <TextInput label="Email" name="email" type="email" autoComplete="username" required autoFocus />
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
          {attempt.error && <ProblemNotice problem={wrongPassword(attempt.error)} />}
          <Button type="submit" loading={attempt.isPending || attempt.isSuccess}>
            Sign in
          </Button>
          <Anchor component={Link} href="/forgot-password/" size="sm" ta="center">
            Forgot password?
          </Anchor>
        </Stack>
      </form>
    </FrontDoor>
  );
}

/** The second step, where the password was right and a code is needed, too. */
function CodeStep({ onCode, onBack }: { onCode: (code: string) => Promise<void>; onBack: () => void }) {
  const attempt = useMutation({ mutationFn: onCode });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt.mutate(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <FrontDoor title="Your second factor" lead="Your password is right. Show that it is you once more.">
      <form method="post" onSubmit={submit}>
        <Stack>
          <CodeField autoFocus />
          {attempt.error && <ProblemNotice problem={wrongCode(attempt.error)} />}
          <Button type="submit" loading={attempt.isPending || attempt.isSuccess}>
            Sign in
          </Button>
          <Button variant="subtle" color="gray" onClick={onBack}>
            Back
          </Button>
          <Text size="sm" c="dimmed" ta="center">
            Lost both? An administrator of your organization can reset your second factor.
          </Text>
        </Stack>
      </form>
    </FrontDoor>
  );
}

/** Whoever was signed out by the server rather than by themselves is told so. */
const wasEnded = () => new URLSearchParams(location.search).has("ended");
const unchanging = () => () => undefined;

function wrongPassword(error: Error): Error {
  if (!(error instanceof Problem) || error.status !== 401) return error;
  return new Problem({
    status: 401,
    title: "Wrong email or password",
    detail: "Check both and try again.",
  });
}

function wrongCode(error: Error): Error {
  if (!(error instanceof Problem) || error.status !== 401) return error;
  return new Problem({ status: 401, title: "Not signed in", detail: error.message });
}

const openSession = (): Promise<boolean> | boolean => (deviceNote() === "open" ? renew() : false);
