import type { Schemas } from "@/api/client";
import { exactRate, type Formats, money, sentence, word } from "@/format/format";

/** A part of an explanation in its unit, with all its digits. */
export function explainedValue({ value, unit }: Schemas["ExplainedPart"], formats: Formats): string {
  if (value === null) return "Unknown";
  switch (unit) {
    case "dollars":
      return money(value, formats);
    case "fraction":
      return exactRate(value, formats);
    case "times":
      return `${value}x`;
    case "date":
      return sentence(value, formats);
    case "name":
      return word(value);
    case "number":
      return value;
    default:
      return `${value} ${unit}`;
  }
}
