import type { Schemas } from "@/api/client";
import { date, type Formats } from "@/format/format";

import type { Figure } from "../answers/figures";

const LITTLE = 0.8;

/** What the latest income of a loan stands on. */
export const SOURCE_WORDS: Readonly<Record<Schemas["IncomeSource"], string>> = {
  underwritten: "Underwritten",
  trailing_twelve_months: "Trailing 12 months",
  annual: "Annual",
  budget: "Budget",
  several: "Several bases",
  unknown: "Basis not known yet",
};

/** Whether a figure covers so little of the balance that it is marked. */
export const coversLittle = ({ coverage }: Pick<Figure, "coverage">): boolean =>
  coverage?.share != null && Number(coverage.share) < LITTLE;

/** Whether something that the figure is made of is older than 15 months. */
export const isOld = ({ numerator, denominator }: Pick<Figure, "numerator" | "denominator">): boolean =>
  [numerator, denominator].some((sum) => sum?.old === true);

/** `Dec 31, 2024 to Sep 30, 2025`. */
export function datesText({ earliest, latest }: Schemas["AsOf"], formats: Formats): string {
  return earliest === latest
    ? date(latest, formats)
    : `${date(earliest, formats)} to ${date(latest, formats)}`;
}
