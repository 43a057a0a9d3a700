"use client";

import { type ComponentProps, useState } from "react";

import { isDay } from "@/format/parse-date";

import { DateField } from "./date-field";

/** A date to filter by. Only a whole day, or none, is handed on; a half-written one stays in the field. */
export function DateFilter({ value, onChange, ...input }: ComponentProps<typeof DateField>) {
  const [unclear, setUnclear] = useState<string | null>(null);
  return (
    <DateField
      {...input}
      value={unclear ?? value}
      onChange={(text) => {
        const clear = text === "" || isDay(text);
        setUnclear(clear ? null : text);
        if (clear) onChange(text);
      }}
    />
  );
}
