"use client";

import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { meQuery, useMe } from "@/api/me";
import { Problem } from "@/api/problem";
import { ChangedMeanwhile } from "@/components/changed-meanwhile";
import { refusalsByField } from "@/components/fields/refusals";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { word } from "@/format/format";

import { changeProfile } from "./api/account";

/** What members say of themselves. */
export function ProfileForm() {
  const me = useMe();
  const queries = useQueryClient();
  // The version being changed: one that others save meanwhile must not be taken for it.
  const [version, setVersion] = useState(me.version);
  const form = useForm({ initialValues: profileOf(me.member) });
  const save = useMutation({
    mutationFn: (at: number) => changeProfile(at, form.getValues()),
    onSuccess: async (member) => {
      setVersion(member.version);
      form.setValues(profileOf(member));
      form.resetDirty(profileOf(member));
      notifications.show({ message: "Your account is saved." });
      await Promise.all([
        queries.invalidateQueries({ queryKey: meQuery.queryKey }),
        queries.invalidateQueries({ queryKey: ["members"] }),
      ]);
    },
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  const newest = useMutation<Schemas["AccountView"], Error, { keep: boolean }>({
    mutationFn: () => queries.fetchQuery({ ...meQuery, staleTime: 0 }),
    onSuccess: (account, { keep }) => {
      setVersion(account.version);
      save.reset();
      if (keep) save.mutate(account.version);
      else form.setValues(profileOf(account.member));
    },
  });
  const { error } = save;
  const stale = error instanceof Problem && error.status === 412;
  const byField = error instanceof Problem && error.errors.length > 0;
  return (
    <Surface title="You">
      <form onSubmit={form.onSubmit(() => save.mutate(version))}>
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
          {stale && (
            <ChangedMeanwhile
              message={error.message}
              busy={newest.isPending}
              onTakeTheirs={() => newest.mutate({ keep: false })}
              onKeepMine={() => newest.mutate({ keep: true })}
            />
          )}
          {error && !stale && !byField && <ProblemNotice problem={error} />}
          {newest.error && <ProblemNotice problem={newest.error} />}
          <Group>
            <Button type="submit" loading={save.isPending}>
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
