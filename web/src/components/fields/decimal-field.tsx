"use client";

import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

import classes from "./decimal-field.module.css";

const DECIMAL = /^-?\d+(\.\d+)?$/;

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
  remark,
  description,
  error,
  onBlur,
  onFocus,
  ...input
}: DecimalFieldProps & {
  parse: (text: string) => string | null;
  show: (value: string) => string;
  hint: string | ((text: string) => string);
  /** A question about a text that is understood but may have meant something else. */
  remark?: (text: string) => string | null;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [last, setLast] = useState("");
  const text = (typed ?? value).trim();
  const understood = text === "" || (typed === null ? DECIMAL.test(text) : parse(text) !== null);
  const fault = understood ? null : typeof hint === "string" ? hint : hint(text);
  const asked = understood && parse(last) === value ? remark?.(last) : null;
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      styles={{ input: { textAlign: "end" } }}
      {...input}
      value={typed ?? (value === "" ? "" : show(value))}
      error={error ?? fault}
      description={asked == null ? description : <span className={classes.remark}>{asked}</span>}
      onFocus={onFocus}
      onChange={({ currentTarget }) => {
        const written = currentTarget.value;
        setTyped(written);
        setLast(written);
        onChange(written.trim() === "" ? "" : (parse(written) ?? unclear(written.trim())));
      }}
      onBlur={(event) => {
        if (understood) setTyped(null);
        onBlur?.(event);
      }}
    />
  );
}

/**
 * What is not understood is handed on as it is, so that nothing is lost: the server refuses it too. What the server would
 * read all the same, in its own way, is marked: `5.125`, where the point is for thousands.
 */
const unclear = (text: string): string => (DECIMAL.test(text) ? `${text} ?` : text);
