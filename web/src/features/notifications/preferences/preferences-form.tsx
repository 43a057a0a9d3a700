"use client";

import { Button, Group, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Surface } from "@/components/surface";
import { useSaving } from "@/components/use-saving";

import {
  choosePreferences,
  type Preferences,
  type PreferencesDraft,
  preferencesQuery,
  type Whose,
} from "./api/preferences";
import { PreferredTimes } from "./preferred-times";
import { PreferredTopics } from "./preferred-topics";

const FIELDS = ["digest", "digestHour", "digestWeekday", "timeZone", "quietHours.since", "quietHours.until"];

/** Chooses preferences; `shared` is what holds where a person chooses nothing, null for the organization's own. */
export function PreferencesForm({
  whose,
  stored,
  shared,
}: {
  whose: Whose;
  stored: Preferences;
  shared: Preferences | null;
}) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState<PreferencesDraft>(stored.chosen);
  const [refusals, setRefusals] = useState<Record<string, string>>({});
  const change = (part: Partial<PreferencesDraft>) => {
    setRefusals({});
    setDraft({ ...draft, ...part });
  };
  const { submit, pending, notice } = useSaving<Preferences>({
    version: stored.version,
    save: (version) => choosePreferences(whose, version, draft),
    latest: () => queries.fetchQuery({ ...preferencesQuery(whose), staleTime: 0 }),
    show: ({ chosen }) => setDraft(chosen),
    onSaved: async (saved) => {
      setDraft(saved.chosen);
      notifications.show({ message: "Your choice is saved." });
      await queries.invalidateQueries({ queryKey: ["preferences"] });
    },
    refuse: setRefusals,
    fields: FIELDS,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      noValidate
    >
      <Stack gap="lg">
        <Surface title="What and where">
          <PreferredTopics
            stored={stored}
            shared={shared}
            chosen={draft.channels}
            onChange={(channels) => change({ channels })}
          />
        </Surface>
        <Surface title="When email comes">
          <PreferredTimes
            stored={stored}
            shared={shared}
            draft={draft}
            refusals={refusals}
            onChange={change}
          />
        </Surface>
        {notice}
        <Group>
          <Button type="submit" loading={pending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
