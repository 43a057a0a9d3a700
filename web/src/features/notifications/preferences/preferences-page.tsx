"use client";

import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useMay } from "@/api/me";
import { useAddress } from "@/components/address";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";

import { preferencesQuery, type Whose } from "./api/preferences";
import { PreferencesForm } from "./preferences-form";

const LEVELS = [
  { value: "me", label: "Only me" },
  { value: "organization", label: "Everybody" },
];

const ABOUT: Readonly<Record<Whose, string>> = {
  me: "What you are told, where and when",
  organization: "What members are told who have chosen nothing else",
};

/** What one is told, by which way and when; administrators choose it for everybody, too. */
export function PreferencesPage() {
  const manages = useMay("organization.manage");
  const [search, go] = useAddress();
  const whose: Whose = manages && search.get("for") === "organization" ? "organization" : "me";
  const own = useQuery(preferencesQuery("me"));
  const shared = useQuery(preferencesQuery("organization"));
  const stored = whose === "me" ? own : shared;
  const error = own.error ?? shared.error;
  return (
    <Page
      title="Notifications"
      subtitle={ABOUT[whose]}
      actions={
        manages ? (
          <SegmentedControl
            data={LEVELS}
            value={whose}
            onChange={(level) => go({ for: level === "organization" ? level : null })}
            aria-label="For whom"
          />
        ) : undefined
      }
    >
      {error !== null && stored.data === undefined && (
        <ProblemNotice problem={error} onRetry={() => void Promise.all([own.refetch(), shared.refetch()])} />
      )}
      {error === null && (stored.data === undefined || shared.data === undefined) && (
        <Skeleton h={420} radius="md" aria-label="Loading" />
      )}
      {stored.data !== undefined && shared.data !== undefined && (
        <PreferencesForm
          key={whose}
          whose={whose}
          stored={stored.data}
          shared={whose === "me" ? shared.data : null}
        />
      )}
    </Page>
  );
}
