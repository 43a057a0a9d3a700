"use client";

import { DateInput, type DateInputProps } from "@mantine/dates";
import dayjs from "dayjs";
import customParseFormat from "dayjs/plugin/customParseFormat";

dayjs.extend(customParseFormat);

const FORMATS = ["YYYY-MM-DD", "M/D/YYYY", "MMM D, YYYY", "D MMM YYYY", "D-MMM-YYYY", "MMMM D, YYYY"];

/** A business date as `2030-11-01`, empty where there is none; it takes what people write: `11/1/2030`, `1 Nov 2030`. */
export function DateField({
  value,
  onChange,
  ...input
}: Omit<DateInputProps, "value" | "onChange"> & { value: string; onChange: (value: string) => void }) {
  return (
    <DateInput
      valueFormat="YYYY-MM-DD"
      placeholder="YYYY-MM-DD"
      clearable={!input.required}
      clearButtonProps={{ "aria-label": "Clear the date" }}
      dateParser={(text) =>
        FORMATS.map((format) => dayjs(text.trim(), format, true))
          .find((day) => day.isValid())
          ?.format("YYYY-MM-DD") ?? null
      }
      {...input}
      value={value === "" ? null : value}
      onChange={(date) => onChange(date ?? "")}
    />
  );
}
