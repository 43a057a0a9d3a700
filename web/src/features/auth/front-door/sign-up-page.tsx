"use client";

import { Anchor, Button, Fieldset, NativeSelect, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import Link from "@/components/link";

import type { Schemas } from "@/api/client";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { word } from "@/format/format";

import { NewPassword } from "../account/new-password";
import { ORGANIZATION_KINDS } from "../organization/choices";
import { register } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { NotLetIn } from "./not-let-in";
import { useEnter } from "./use-enter";

interface Entered {
  organization: { name: string; kind: Schemas["OrganizationKind"] };
  firstName: string;
  lastName: string;
  email: string;
  password: string;
}

const KINDS = ORGANIZATION_KINDS.map((kind) => ({ value: kind, label: word(kind) }));

export function SignUpPage() {
  const { enter } = useEnter();
  const form = useForm<Entered>({
    initialValues: {
      organization: { name: "", kind: "owner" },
      firstName: "",
      lastName: "",
      email: "",
      password: "",
    },
  });
  const entrance = useMutation({
    mutationFn: ({ email, password }: Entered) => enter(email, password),
  });
  const registration = useMutation({
    mutationFn: (entered: Entered) => register(toRegistration(entered)),
    onSuccess: (_, entered) => entrance.mutate(entered),
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  const { values } = form;
  if (registration.data !== undefined && entrance.error) {
    return (
      <NotLetIn
        title="Your organization is ready"
        told={registration.data.message}
        problem={entrance.error}
        onRetry={() => entrance.mutate(values)}
      />
    );
  }
  const busy = registration.isPending || entrance.isPending || entrance.isSuccess;
  const ownWords = [
    values.organization.name,
    values.firstName,
    values.lastName,
    values.email.split("@")[0] ?? "",
  ];
  return (
    <FrontDoor
      wide
      title="Create your organization"
      lead="You’ll be the administrator. You can invite colleagues and set their roles."
      foot={
        <>
          Already have an organization? Ask its administrator for an invitation, or{" "}
          <Anchor component={Link} href="/sign-in/" inherit underline="always">
            sign in
          </Anchor>
          .
        </>
      }
    >
      <form method="post" onSubmit={form.onSubmit((entered) => registration.mutate(entered))}>
        <Stack gap="lg">
          <Fieldset legend="Organization" variant="unstyled">
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput
                label="Name"
                name="organization"
                autoComplete="organization"
                required
                {...form.getInputProps("organization.name")}
              />
              <NativeSelect label="Kind" data={KINDS} {...form.getInputProps("organization.kind")} />
            </SimpleGrid>
          </Fieldset>
          <Fieldset legend="You" variant="unstyled">
            <Stack>
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
              <TextInput
                label="Email"
                description="You’ll sign in with it."
                name="email"
                type="email"
                autoComplete="username"
                required
                {...form.getInputProps("email")}
              />
              <NewPassword
                value={values.password}
                onChange={(password) => form.setFieldValue("password", password)}
                error={form.errors.password}
                ownWords={ownWords}
              />
            </Stack>
          </Fieldset>
          <SaveProblem problem={registration.error} fields={FIELDS} />
          <Button type="submit" loading={busy}>
            Create account
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}

const FIELDS = ["organization.name", "organization.kind", "firstName", "lastName", "email", "password"];

/** The person's own time zone and language are where the organization begins; both can be changed. */
function toRegistration({ organization, ...person }: Entered): Schemas["Registration"] {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const locale = /^[a-z]{2,3}-[A-Z]{2}$/.test(navigator.language) ? navigator.language : "en-US";
  return {
    ...person,
    organization: {
      ...organization,
      billingEmail: null,
      phone: null,
      address: null,
      website: null,
      taxId: null,
      settings: { currency: "USD", timezone: timeZone, locale },
    },
  };
}
