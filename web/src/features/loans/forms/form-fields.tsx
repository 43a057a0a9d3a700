"use client";

import { NativeSelect, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";

import { useState } from "react";

import { DateField } from "@/components/fields/date-field";
import { DecimalField } from "@/components/fields/decimal-field";
import { MoneyField } from "@/components/fields/money-field";
import { PercentField } from "@/components/fields/percent-field";
import { word } from "@/format/format";
import { useFormats } from "@/format/formats";
import { marked } from "@/format/numerals";
import { parseDecimal, parsePercent, percentText } from "@/format/parse";

import { useLoanField } from "./form-context";
import { parseMonths, parseWhole } from "./whole-numbers";

interface Field {
  path: string;
  label: string;
  description?: string;
  placeholder?: string;
  /** What must be said is sent as it is, also empty; of anything else empty means unknown. */
  required?: boolean;
}

const orNull = (text: string, required: boolean | undefined) => (text === "" && !required ? null : text);

export function LoanText({ path, required, ...input }: Field) {
  const field = useLoanField<string | null>(path);
  return (
    <TextInput
      {...input}
      {...field}
      withAsterisk={required}
      aria-required={required}
      autoComplete="off"
      value={field.value ?? ""}
      onChange={({ currentTarget }) => field.onChange(orNull(currentTarget.value, required))}
    />
  );
}

export function LoanTextarea({ path, ...input }: Field) {
  const field = useLoanField<string | null>(path);
  return (
    <Textarea
      {...input}
      {...field}
      autosize
      minRows={1}
      maxRows={6}
      value={field.value ?? ""}
      onChange={({ currentTarget }) => field.onChange(orNull(currentTarget.value, false))}
    />
  );
}

export function LoanMoney({ path, required, ...input }: Field) {
  const field = useLoanField<string | null>(path);
  return (
    <MoneyField
      {...input}
      {...field}
      withAsterisk={required}
      aria-required={required}
      value={field.value ?? ""}
      onChange={(text) => field.onChange(orNull(text, required))}
    />
  );
}

export function LoanPercent({ path, required, ...input }: Field) {
  const field = useLoanField<string | null>(path);
  return (
    <PercentField
      {...input}
      {...field}
      withAsterisk={required}
      aria-required={required}
      value={field.value ?? ""}
      onChange={(text) => field.onChange(orNull(text, required))}
    />
  );
}

/** Several percentages in a row: `5; 4; 3`. What is no percentage is sent as it is, and refused by its place. */
export function LoanPercents({ path, ...input }: Field) {
  const { locale } = useFormats();
  const { value, onChange, error, ...field } = useLoanField<readonly string[]>(path);
  const [typed, setTyped] = useState<string | null>(null);
  const clear = value.every((part) => /^\d+(\.\d+)?$/.test(part));
  return (
    <TextInput
      {...input}
      {...field}
      autoComplete="off"
      placeholder="5; 4; 3"
      value={typed ?? value.map((part) => percentText(part, locale)).join("; ")}
      error={error ?? (clear ? undefined : "Enter percentages, e.g. 5; 4; 3")}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value;
        const parts = text.split(";").map((part) => part.trim());
        setTyped(text);
        onChange(parts.filter((part) => part !== "").map((part) => parsePercent(part, locale) ?? part));
      }}
      onBlur={() => clear && setTyped(null)}
    />
  );
}

/** A plain decimal number, such as a ratio. */
export function LoanDecimal({ path, ...input }: Field) {
  const { locale } = useFormats();
  const field = useLoanField<string | null>(path);
  return (
    <DecimalField
      {...input}
      {...field}
      parse={(text) => parseDecimal(text, locale)}
      show={(value) => marked(value, locale)}
      hint={`Enter a number, e.g. ${marked("1.25", locale)}`}
      value={field.value ?? ""}
      onChange={(text) => field.onChange(orNull(text, false))}
    />
  );
}

export function LoanDate({ path, required, ...input }: Field) {
  const field = useLoanField<string | null>(path);
  return (
    <DateField
      {...input}
      {...field}
      required={required}
      value={field.value ?? ""}
      onChange={(text) => field.onChange(orNull(text, required))}
    />
  );
}

/** A whole number; `months` also takes years, `empty` is what no number at all means. */
export function LoanWhole({
  path,
  months = false,
  empty = null,
  required,
  ...input
}: Field & { months?: boolean; empty?: number | "" | null }) {
  const { locale } = useFormats();
  const field = useLoanField<number | string | null>(path);
  return (
    <DecimalField
      {...input}
      {...field}
      inputMode={months ? "text" : "numeric"}
      withAsterisk={required}
      parse={(text) => (months ? parseMonths : parseWhole)(text, locale)}
      show={(value) => value}
      hint={months ? "Enter months, e.g. 360, or years, e.g. 30y" : "Enter a whole number"}
      value={field.value === null ? "" : String(field.value)}
      onChange={(text) => field.onChange(text === "" ? empty : /^\d{1,9}$/.test(text) ? Number(text) : text)}
    />
  );
}

/** One of the interface's own words; with `none` it may be left open. */
export function LoanChoice({
  path,
  options,
  none,
  ...input
}: Field & { options: readonly string[]; none?: string }) {
  const field = useLoanField<string | null>(path);
  return (
    <NativeSelect
      {...input}
      {...field}
      value={field.value ?? ""}
      onChange={({ currentTarget }) => field.onChange(orNull(currentTarget.value, none === undefined))}
      data={[
        ...(none === undefined ? [] : [{ value: "", label: none }]),
        ...options.map((value) => ({ value, label: word(value) })),
      ]}
    />
  );
}

export function LoanSwitch({ path, label, description }: Field) {
  const { value, onChange, ...field } = useLoanField<boolean>(path);
  return (
    <Switch
      {...field}
      label={label}
      description={description}
      checked={value}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}

/** Several texts, each added with Enter. */
export function LoanTexts({ path, label, description }: Field) {
  const { value, onChange, ...field } = useLoanField<string[]>(path);
  return (
    <TagsInput
      {...field}
      label={label}
      description={description}
      placeholder={value.length === 0 ? "Press Enter to add" : undefined}
      value={value}
      onChange={onChange}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ "aria-label": `Clear: ${label}` }}
    />
  );
}
