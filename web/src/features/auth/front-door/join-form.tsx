"use client";

import { Alert, Button, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { deviceNote } from "@/api/device";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { NewPassword } from "../account/new-password";
import { MAY } from "../members/roles";
import { accept } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { NotLetIn } from "./not-let-in";
import { useEnter } from "./use-enter";

/** Joins an organization by an invitation. */
export function JoinForm({ token, offer }: { token: string; offer: Schemas["OfferView"] }) {
  const { organizationName, email, role, expiresAt } = offer;
  const formats = useFormats();
  const { enter } = useEnter();
  const form = useForm({ initialValues: { firstName: "", lastName: "", password: "" } });
  const { values } = form;
  const entrance = useMutation({ mutationFn: () => enter(email, values.password) });
  const joining = useMutation({
    mutationFn: () => accept({ token, ...values }),
    onSuccess: () => entrance.mutate(),
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  if (joining.data !== undefined && entrance.error) {
    return (
      <NotLetIn
        title="You’ve joined"
        told={joining.data.message}
        problem={entrance.error}
        onRetry={() => entrance.mutate()}
      />
    );
  }
  const ownWords = [values.firstName, values.lastName, email.split("@")[0] ?? "", organizationName];
  return (
    <FrontDoor
      title={`Join ${organizationName}`}
      lead={
        <>
          You’ll join as {word(role)}. {MAY[role]} The invitation expires {moment(expiresAt, formats)}.
        </>
      }
    >
      <form method="post" onSubmit={form.onSubmit(() => joining.mutate())}>
        <Stack>
          {deviceNote() === "open" && (
            <Alert color="blue" role="note">
              Someone is signed in on this browser. Joining will sign them out.
            </Alert>
          )}
          <TextInput
            label="Email"
            description="You’ll sign in with this address."
            name="email"
            type="email"
            autoComplete="username"
            value={email}
            readOnly
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label="First name"
              name="given-name"
              autoComplete="given-name"
              required
              {...form.getInputProps("firstName")}
            />
            <TextInput
              label="Last name"
              name="family-name"
              autoComplete="family-name"
              required
              {...form.getInputProps("lastName")}
            />
          </SimpleGrid>
          <NewPassword
            value={values.password}
            onChange={(password) => form.setFieldValue("password", password)}
            error={form.errors.password}
            ownWords={ownWords}
          />
          <Text size="xs" c="dimmed">
            If this address has an account in another organization, that one stays as it is. The password says
            which of the two you sign in to, so choose another one here.
          </Text>
          <SaveProblem problem={joining.error} fields={["firstName", "lastName", "password"]} />
          <Button type="submit" loading={joining.isPending || entrance.isPending || entrance.isSuccess}>
            Join
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
