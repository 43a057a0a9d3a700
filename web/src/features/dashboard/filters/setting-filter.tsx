"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";

import { FilterPill } from "./filter-pill";
import { type OptionWords, SETTING_WORDS } from "./filter-words";
import { type Filters, type Setting, SETTINGS, settingOf, type SettingValue, withSetting } from "./filters";

const SettingChoice = dynamic(() => import("./setting-choice").then((part) => part.SettingChoice), {
  loading: () => <Waiting />,
});

/** How figures are taken, as one of several ways: it narrows nothing, and holds for every figure of the page. */
export function SettingFilter({
  name,
  filters,
  onChange,
}: {
  name: Setting;
  filters: Filters;
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  const words: Readonly<Record<string, OptionWords>> = SETTING_WORDS[name].values;
  const value = settingOf(filters, name);
  const usual = SETTINGS[name][0] ?? value;
  const choose = (chosen: string) =>
    onChange((before) => withSetting(before, name, chosen as SettingValue<typeof name>));
  return (
    <FilterPill
      label={SETTING_WORDS[name].label}
      value={value === usual ? null : (words[value]?.label ?? null)}
      onRemove={() => choose(usual)}
    >
      {(close) => (
        <SettingChoice
          name={name}
          value={value}
          onChange={(chosen) => {
            choose(chosen);
            close();
          }}
        />
      )}
    </FilterPill>
  );
}
