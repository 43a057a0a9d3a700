"use client";

import { SegmentedControl } from "@mantine/core";

import { SETTING_WORDS } from "./filter-words";
import { type Filters, SETTINGS, settingOf, type SettingValue, withSetting } from "./filters";

const { title, values } = SETTING_WORDS.measure;

/** What counts of loans that match by some of their properties: it is always said, since either may be meant. */
export function MeasureSwitch({
  filters,
  onChange,
}: {
  filters: Filters;
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  return (
    <SegmentedControl
      size="xs"
      style={{ flex: "none" }}
      radius="xl"
      aria-label={title}
      value={settingOf(filters, "measure")}
      onChange={(chosen) =>
        onChange((before) => withSetting(before, "measure", chosen as SettingValue<"measure">))
      }
      data={SETTINGS.measure.map((value) => ({
        value,
        label: <span title={values[value].description}>{values[value].label}</span>,
      }))}
    />
  );
}
