import type { Schemas } from "@/api/client";
import { date, type Formats } from "@/format/format";

/** What a ratio is made of and from when, or why there is none. */
export function aboutRatio(
  { formula, leftOut, inputs }: Pick<Schemas["LoanRatio"], "formula" | "leftOut" | "inputs">,
  formats: Formats,
): string {
  if (leftOut !== null) return leftOut;
  const old = inputs.find((input) => input.old);
  return old?.asOf == null ? formula : `${formula} (${old.name} of ${date(old.asOf, formats)})`;
}
