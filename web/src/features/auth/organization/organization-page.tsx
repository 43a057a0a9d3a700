"use client";

import { Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { organizationQuery } from "./api/organization";
import { OrganizationDeletion } from "./organization-deletion";
import { OrganizationForm } from "./organization-form";
import { SignInPolicy } from "./sign-in-policy";

export function OrganizationPage() {
  return (
    <Page title="Organization">
      <Allowed to="organization.manage" what="the organization's details">
        <Content />
      </Allowed>
    </Page>
  );
}

function Content() {
  const { data, error, refetch } = useQuery(organizationQuery);
  if (data === undefined) {
    return error ? (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    ) : (
      <Stack gap="lg" aria-busy="true" aria-label="Loading">
        <Skeleton h={220} />
        <Skeleton h={300} />
        <Skeleton h={140} />
      </Stack>
    );
  }
  return (
    <>
      <OrganizationForm organization={data} />
      <SignInPolicy organization={data} />
      <Subscription organization={data} />
      <OrganizationDeletion name={data.name} />
    </>
  );
}

function Subscription({ organization }: { organization: Schemas["Organization"] }) {
  const formats = useFormats();
  const facts = [
    ["Status", word(organization.subscriptionStatus)],
    ["Tier", word(organization.subscriptionTier)],
    ["Since", moment(organization.createdAt, formats)],
  ] as const;
  return (
    <Surface title="Subscription">
      <Group component="dl" gap="xl" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0}>
              {value}
            </Text>
          </div>
        ))}
      </Group>
    </Surface>
  );
}
