"use client";

import { useFormats } from "@/format/formats";
import { grouped, marked } from "@/format/numerals";
import { parseAmount } from "@/format/parse";

import { DecimalField, type DecimalFieldProps } from "./decimal-field";

/** An amount in the organization's currency: `1,250,000`, `$1.25m`. */
export function MoneyField(field: DecimalFieldProps) {
  const { locale, currency } = useFormats();
  return (
    <DecimalField
      {...field}
      parse={(text) => parseAmount(text, locale)}
      show={(value) => grouped(value, 2, locale)}
      hint={`Write an amount such as ${grouped("1250000", 2, locale)} or ${marked("1.25", locale)}m`}
      rightSection={<span aria-hidden>{symbolOf(currency)}</span>}
      rightSectionPointerEvents="none"
    />
  );
}

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return parts.formatToParts(0).find(({ type }) => type === "currency")?.value ?? currency;
}
