"use client";

import { parsePercent, percentText } from "@/lib/format/parse";

import { DecimalField, type DecimalFieldProps } from "./decimal-field";

/** A rate or share: its value is the fraction (`0.0525`), what is shown and written is the percentage (`5.25`). */
export function PercentField(field: DecimalFieldProps) {
  return (
    <DecimalField
      {...field}
      parse={parsePercent}
      show={percentText}
      hint="Write a percentage such as 5.25, 5 1/4 or 525 bp"
      rightSection={<span aria-hidden>%</span>}
      rightSectionPointerEvents="none"
    />
  );
}
