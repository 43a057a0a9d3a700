"use client";

import { Input, Popover, TextInput, type TextInputProps } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useState } from "react";

import { useFormats } from "@/format/formats";
import { dateHint, datePattern, dateText, isDay, parseDate } from "@/format/parse-date";

/**
 * A business date: its value is `2030-11-01`, empty where there is none; it shows and takes what people write where they
 * live.
 * What cannot be understood is handed on as it is, stays, and is said once the field is left.
 */
export function DateField({
  value,
  onChange,
  required = false,
  clearable = !required,
  error,
  onBlur,
  onFocus,
  onClick,
  onKeyDown,
  ...input
}: Omit<TextInputProps, "value" | "onChange" | "defaultValue"> & {
  value: string;
  onChange: (value: string) => void;
  clearable?: boolean;
}) {
  const { locale } = useFormats();
  /** What is being typed; null when the field is not being written in. */
  const [typed, setTyped] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const [emptied, setEmptied] = useState(false);
  const day = isDay(value);
  const fault = typed !== null || day ? null : value !== "" ? dateHint(locale) : emptied ? "Required" : null;
  const take = (next: string) => {
    setEmptied(required && next === "");
    onChange(next);
  };
  const choose = (next: string) => {
    setTyped(null);
    setOpened(false);
    take(next);
  };
  return (
    <Popover opened={opened} position="bottom-start" trapFocus={false} withRoles={false}>
      <Popover.Target>
        <TextInput
          autoComplete="off"
          placeholder={datePattern(locale)}
          withAsterisk={required}
          aria-required={required || undefined}
          rightSection={
            clearable && value !== "" ? (
              <Input.ClearButton aria-label="Clear the date" onClick={() => choose("")} />
            ) : (
              <IconCalendar size={16} stroke={1.6} aria-hidden />
            )
          }
          rightSectionPointerEvents={clearable && value !== "" ? "all" : "none"}
          {...input}
          value={typed ?? dateText(value, locale)}
          error={error ?? fault}
          onChange={({ currentTarget }) => {
            const text = currentTarget.value;
            setTyped(text);
            setOpened(true);
            take(parseDate(text, locale) ?? text.trim());
          }}
          onFocus={(event) => {
            setOpened(true);
            onFocus?.(event);
          }}
          onClick={(event) => {
            setOpened(true);
            onClick?.(event);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") setOpened(false);
            onKeyDown?.(event);
          }}
          onBlur={(event) => {
            setTyped(null);
            setOpened(false);
            onBlur?.(event);
          }}
        />
      </Popover.Target>
      {/* Who chooses a day stays in the field, and goes on from there. */}
      <Popover.Dropdown onMouseDown={(event) => event.preventDefault()}>
        <DatePicker
          key={day ? value : "none"}
          defaultDate={day ? value : undefined}
          value={day ? value : null}
          allowDeselect={clearable}
          onChange={(chosen) => choose(chosen ?? "")}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
