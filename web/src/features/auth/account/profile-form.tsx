"use client";

import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { meQuery, useMe } from "@/api/me";
import { Surface } from "@/components/surface";
import { useSaving } from "@/components/use-saving";
import { word } from "@/format/format";

import { changeProfile } from "./api/account";

/** What members say of themselves. */
export function ProfileForm() {
  const me = useMe();
  const queries = useQueryClient();
  const form = useForm({ initialValues: profileOf(me.member) });
  const { submit, pending, notice } = useSaving<Schemas["MemberView"]>({
    version: me.version,
    save: (version) => changeProfile(version, form.getValues()),
    latest: async () => (await queries.fetchQuery({ ...meQuery, staleTime: 0 })).member,
    show: (stored) => form.setValues(profileOf(stored)),
    onSaved: (member) => {
      form.setValues(profileOf(member));
      form.resetDirty(profileOf(member));
      notifications.show({ message: "Your account is saved." });
      void queries.invalidateQueries({ queryKey: meQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ["members"] });
    },
    refuse: form.setErrors,
    fields: ["firstName", "lastName", "phone", "jobTitle", "department"],
  });
  return (
    <Surface title="You">
      <form onSubmit={form.onSubmit(submit)}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="First name"
              autoComplete="given-name"
              required
              {...form.getInputProps("firstName")}
            />
            <TextInput
              label="Last name"
              autoComplete="family-name"
              required
              {...form.getInputProps("lastName")}
            />
            <TextInput label="Phone" type="tel" autoComplete="tel" {...form.getInputProps("phone")} />
            <TextInput
              label="Job title"
              autoComplete="organization-title"
              {...form.getInputProps("jobTitle")}
            />
            <TextInput label="Department" {...form.getInputProps("department")} />
            <TextInput
              label="Email"
              value={me.member.email}
              readOnly
              description={`Your role in ${me.organization.name}: ${word(me.member.role).toLowerCase()}.`}
              inputWrapperOrder={["label", "input", "description", "error"]}
            />
          </SimpleGrid>
          {notice}
          <Group>
            <Button type="submit" loading={pending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}

function profileOf(member: Schemas["MemberView"]): {
  [field in keyof Schemas["ProfileDraft"]]: string;
} {
  const { firstName, lastName, phone, jobTitle, department } = member;
  return {
    firstName,
    lastName,
    phone: phone ?? "",
    jobTitle: jobTitle ?? "",
    department: department ?? "",
  };
}
