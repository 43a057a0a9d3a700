"use client";

import { useFormats } from "@/format/formats";
import { grouped, marked } from "@/format/numerals";
import { parseAmount } from "@/format/parse";

import { DecimalField, type DecimalFieldProps } from "./decimal-field";

/** An amount in the organization's currency: `1,250,000`, `$1.25m`. */
export function MoneyField(field: DecimalFieldProps) {
  const { locale, currency } = useFormats();
  const { symbol, leads } = symbolOf(currency, locale);
  const mark = <span aria-hidden>{symbol}</span>;
  return (
    <DecimalField
      {...field}
      parse={(text) => parseAmount(text, locale)}
      show={(value) => grouped(value, 2, locale)}
      hint={`Enter an amount, e.g. ${grouped("1250000", 0, locale)} or ${marked("1.25", locale)}m`}
      {...(leads
        ? { leftSection: mark, leftSectionPointerEvents: "none" as const }
        : { rightSection: mark, rightSectionPointerEvents: "none" as const })}
    />
  );
}

/** The currency's symbol, and whether it stands before the amount where the person lives. */
export function symbolOf(currency: string, locale: string): { symbol: string; leads: boolean } {
  const parts = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  }).formatToParts(0);
  const place = parts.findIndex(({ type }) => type === "currency");
  return {
    symbol: parts[place]?.value ?? currency,
    leads: place < parts.findIndex(({ type }) => type === "integer"),
  };
}
