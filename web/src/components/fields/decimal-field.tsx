"use client";

import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

export interface DecimalFieldProps extends Omit<TextInputProps, "value" | "onChange" | "defaultValue"> {
  /** Decimal text as the server takes it, empty where there is none. */
  value: string;
  onChange: (value: string) => void;
}

/**
 * A field for decimal text that people may write as they are used to. It shows what was typed while it is typed and
 * what was understood afterwards; what cannot be understood stays, and is said.
 */
export function DecimalField({
  value,
  onChange,
  parse,
  show,
  hint,
  error,
  onBlur,
  onFocus,
  ...input
}: DecimalFieldProps & {
  parse: (text: string) => string | null;
  show: (value: string) => string;
  hint: string;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const understood = typed === null || typed.trim() === "" || parse(typed) !== null;
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      styles={{ input: { textAlign: "end" } }}
      {...input}
      value={typed ?? (value === "" ? "" : show(value))}
      error={error ?? (understood ? null : hint)}
      onFocus={onFocus}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value;
        setTyped(text);
        // What is not understood is handed on as it is: the server refuses it too, and nothing is lost.
        onChange(text.trim() === "" ? "" : (parse(text) ?? text.trim()));
      }}
      onBlur={(event) => {
        if (understood) setTyped(null);
        onBlur?.(event);
      }}
    />
  );
}
