"use client";

import { Select, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { TimeInput } from "@mantine/dates";
import { useMemo } from "react";

import type { Schemas } from "@/api/client";
import { useFormats } from "@/format/formats";
import { timeZones } from "@/format/time-zones";

import type { Preferences, PreferencesDraft } from "./api/preferences";
import { clockWords, DIGESTS, hours, hourWords, WEEKDAYS } from "./preference-words";

type Digest = Schemas["Digest"];

/** When mail comes: at once or gathered, not in quiet hours, by which clock. What is empty is as for everybody. */
export function PreferredTimes({
  stored,
  shared,
  draft,
  refusals,
  onChange,
}: {
  stored: Preferences;
  shared: Preferences | null;
  draft: PreferencesDraft;
  refusals: Record<string, string>;
  onChange: (part: Partial<PreferencesDraft>) => void;
}) {
  const { locale } = useFormats();
  const zones = useMemo(() => timeZones(stored.timeZone), [stored.timeZone]);
  const quiet = draft.quietHours;
  const otherwise = (words: string) => (shared === null ? "Default" : `As for everybody: ${words}`);
  const digest = draft.digest ?? shared?.digest ?? "at_once";
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        Security notices come at once, also in quiet hours.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        <Select
          label="Email comes"
          data={Object.entries(DIGESTS).map(([value, label]) => ({ value, label }))}
          placeholder={otherwise(shared === null ? "" : DIGESTS[shared.digest].toLowerCase())}
          value={draft.digest}
          onChange={(value) => onChange({ digest: value as Digest | null })}
          clearable
          clearButtonProps={{ "aria-label": "Clear when email comes" }}
          error={refusals.digest}
        />
        {digest !== "at_once" && (
          <Select
            label="At"
            data={hours(locale)}
            placeholder={otherwise(shared === null ? "" : hourWords(shared.digestHour, locale))}
            value={draft.digestHour === null ? null : String(draft.digestHour)}
            onChange={(value) => onChange({ digestHour: value === null ? null : Number(value) })}
            clearable
            clearButtonProps={{ "aria-label": "Clear the hour" }}
            error={refusals.digestHour}
          />
        )}
        {digest === "weekly" && (
          <Select
            label="On"
            data={WEEKDAYS.map((label, day) => ({ value: String(day), label }))}
            placeholder={otherwise(WEEKDAYS[shared?.digestWeekday ?? 0] ?? "")}
            value={draft.digestWeekday === null ? null : String(draft.digestWeekday)}
            onChange={(value) => onChange({ digestWeekday: value === null ? null : Number(value) })}
            clearable
            clearButtonProps={{ "aria-label": "Clear the day" }}
            error={refusals.digestWeekday}
          />
        )}
        <Select
          label="Time zone"
          data={zones}
          placeholder={otherwise(shared?.timeZone.replaceAll("_", " ") ?? "")}
          searchable
          limit={100}
          value={draft.timeZone}
          onChange={(timeZone) => onChange({ timeZone })}
          clearable
          clearButtonProps={{ "aria-label": "Clear the time zone" }}
          error={refusals.timeZone}
        />
      </SimpleGrid>
      <Switch
        label={shared === null ? "Quiet hours" : "Quiet hours of my own"}
        description={
          quiet === null && shared?.quietHours != null
            ? `As for everybody: ${clockWords(shared.quietHours.since, locale)} to ${clockWords(shared.quietHours.until, locale)}.`
            : "Email that is due in them waits until they end."
        }
        checked={quiet !== null}
        onChange={({ currentTarget: { checked } }) =>
          onChange({
            quietHours: checked ? (shared?.quietHours ?? { since: "22:00:00", until: "07:00:00" }) : null,
          })
        }
      />
      {quiet !== null && (
        <SimpleGrid cols={{ base: 2, lg: 4 }}>
          <TimeInput
            label="From"
            value={quiet.since.slice(0, 5)}
            onChange={({ currentTarget: { value } }) =>
              onChange({ quietHours: { ...quiet, since: `${value}:00` } })
            }
            error={refusals["quietHours.since"]}
          />
          <TimeInput
            label="Until"
            value={quiet.until.slice(0, 5)}
            onChange={({ currentTarget: { value } }) =>
              onChange({ quietHours: { ...quiet, until: `${value}:00` } })
            }
            error={refusals["quietHours.until"]}
          />
        </SimpleGrid>
      )}
    </Stack>
  );
}
