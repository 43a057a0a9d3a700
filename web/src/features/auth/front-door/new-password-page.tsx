"use client";

import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";

import { NewPassword } from "../account/new-password";
import { choosePassword, passwordLinkQuery } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { OfLink, Onward } from "./of-link";
import { useEnter } from "./use-enter";

/** Lets whoever has a link choose a new password by it. */
export function NewPasswordPage() {
  return (
    <OfLink
      title="New password"
      query={passwordLinkQuery}
      over={() => ({ words: "A link works once, and not for long. Ask for a new one." })}
      onward={<Onward href="/forgot-password/">Send a new link</Onward>}
    >
      {(token, account) => <ChooseForm token={token} account={account} />}
    </OfLink>
  );
}

function ChooseForm({ token, account }: { token: string; account: Schemas["PasswordLinkView"] }) {
  const { email, firstName, lastName, organizationName } = account;
  const { enter } = useEnter();
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
          <Onward href="/sign-in/">Sign in</Onward>
        </Stack>
      </FrontDoor>
    );
  }
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
          <SaveProblem problem={choosing.error} fields={["password"]} />
          <Button type="submit" loading={choosing.isPending || entrance.isPending || entrance.isSuccess}>
            Change password
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
