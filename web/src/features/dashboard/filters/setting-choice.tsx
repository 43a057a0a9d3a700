"use client";

import { Radio, Stack } from "@mantine/core";

import { type OptionWords, SETTING_WORDS } from "./filter-words";
import { type Setting, SETTINGS } from "./filters";

/** What a setting may be, to choose from. */
export function SettingChoice({
  name,
  value,
  onChange,
}: {
  name: Setting;
  value: string;
  onChange: (chosen: string) => void;
}) {
  const words: Readonly<Record<string, OptionWords>> = SETTING_WORDS[name].values;
  return (
    <Radio.Group label={SETTING_WORDS[name].title} value={value} onChange={onChange}>
      <Stack gap="xs" mt="xs">
        {SETTINGS[name].map((known) => (
          <Radio key={known} value={known} size="xs" {...words[known]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
