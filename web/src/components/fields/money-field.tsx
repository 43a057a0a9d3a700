"use client";

import { useFormats } from "@/lib/format/formats";
import { parseAmount } from "@/lib/format/parse";
import { grouped } from "@/lib/format/format";

import { DecimalField, type DecimalFieldProps } from "./decimal-field";

/** An amount in the organization's currency: `1,250,000`, `$1.25m`. */
export function MoneyField(field: DecimalFieldProps) {
  const formats = useFormats();
  return (
    <DecimalField
      {...field}
      parse={parseAmount}
      show={(value) => grouped(value, 2)}
      hint="Write an amount such as 1,250,000.00 or 1.25m"
      rightSection={<span aria-hidden>{symbolOf(formats.currency)}</span>}
      rightSectionPointerEvents="none"
    />
  );
}

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return parts.formatToParts(0).find(({ type }) => type === "currency")?.value ?? currency;
}
