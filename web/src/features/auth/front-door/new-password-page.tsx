"use client";

import { Alert, Button, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "@/components/link";

import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { refusalsByField } from "@/components/fields/refusals";
import { ProblemNotice } from "@/components/problem-notice";
import { useFragment } from "@/components/use-fragment";

import { NewPassword } from "../account/new-password";
import { choosePassword, passwordLinkQuery } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { useEnter } from "./use-enter";

/** Lets whoever has a link choose a new password by it. */
export function NewPasswordPage() {
  const token = useFragment();
  const account = useQuery(passwordLinkQuery(token ?? ""));
  if (token === "" || (account.error instanceof Problem && account.error.status === 404)) {
    return (
      <FrontDoor title={token === "" ? "This link is incomplete" : "This link is no longer valid"}>
        <Stack>
          <Text size="sm">
            {token === ""
              ? "Copy the whole link, including the code after the # sign."
              : "A link works once, and not for long. Ask for a new one."}
          </Text>
          <Group>
            <Button component={Link} href="/forgot-password/">
              Send a new link
            </Button>
          </Group>
        </Stack>
      </FrontDoor>
    );
  }
  if (account.error) {
    return (
      <FrontDoor title="New password">
        <ProblemNotice problem={account.error} onRetry={() => void account.refetch()} />
      </FrontDoor>
    );
  }
  if (token === null || account.data === undefined) {
    return (
      <FrontDoor title="New password">
        <Stack aria-busy="true" aria-label="Loading">
          <Skeleton h={60} />
          <Skeleton h={36} />
        </Stack>
      </FrontDoor>
    );
  }
  return <ChooseForm key={token} token={token} account={account.data} />;
}

function ChooseForm({ token, account }: { token: string; account: Schemas["PasswordLinkView"] }) {
  const { email, firstName, lastName, organizationName } = account;
  const enter = useEnter();
  const form = useForm({ initialValues: { password: "" } });
  const { password } = form.values;
  const entrance = useMutation({ mutationFn: () => enter(email, password) });
  const choosing = useMutation({
    mutationFn: () => choosePassword({ token, password }),
    onSuccess: () => entrance.mutate(),
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  if (choosing.data !== undefined && entrance.error) {
    return (
      <FrontDoor title="Password changed">
        <Stack>
          <Alert color="blue" role="status">
            {choosing.data.message}
          </Alert>
          <Group>
            <Button component={Link} href="/sign-in/">
              Sign in
            </Button>
          </Group>
        </Stack>
      </FrontDoor>
    );
  }
  const refused = choosing.error instanceof Problem && choosing.error.errors.length > 0;
  return (
    <FrontDoor title="New password" lead={`For your account at ${organizationName}.`}>
      <form method="post" onSubmit={form.onSubmit(() => choosing.mutate())}>
        <Stack>
          <TextInput label="Email" name="email" type="email" autoComplete="username" value={email} readOnly />
          <NewPassword
            value={password}
            onChange={(chosen) => form.setFieldValue("password", chosen)}
            error={form.errors.password}
            ownWords={[firstName, lastName, email.split("@")[0] ?? "", organizationName]}
          />
          {choosing.error && !refused && <ProblemNotice problem={choosing.error} />}
          <Button type="submit" loading={choosing.isPending || entrance.isPending || entrance.isSuccess}>
            Change password
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
