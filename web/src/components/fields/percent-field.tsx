"use client";

import { useFormats } from "@/format/formats";
import { meantPercent, parsePercent, percentHint, percentText } from "@/format/parse";

import { DecimalField, type DecimalFieldProps } from "./decimal-field";

/** A rate or share: its value is the fraction (`0.0525`), what is shown and written is the percentage (`5.25`). */
export function PercentField(field: DecimalFieldProps) {
  const { locale } = useFormats();
  return (
    <DecimalField
      {...field}
      parse={(text) => parsePercent(text, locale)}
      show={(value) => percentText(value, locale)}
      hint={(text) => percentHint(text, locale)}
      remark={(text) => {
        const meant = meantPercent(text, locale);
        return meant === null ? null : `${text.trim()} %: did you mean ${meant} %?`;
      }}
      rightSection={<span aria-hidden>%</span>}
      rightSectionPointerEvents="none"
    />
  );
}
