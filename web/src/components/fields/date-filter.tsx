"use client";

import { type ComponentProps, useState } from "react";

import { isDay } from "@/format/parse-date";

import { DateField } from "./date-field";

/** A date that something is looked for by: only a day, or none, is handed on; what is half written waits in the field. */
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
