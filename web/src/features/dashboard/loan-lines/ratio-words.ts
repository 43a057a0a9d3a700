import { type Formats, money } from "@/format/format";

import type { LoanLine } from "./api/loan-lines";

/** What is to be known of a loan's ratio: why there is none, or which debt of others is counted in it. */
export function ratioWords(
  line: Pick<LoanLine, "gaps" | "balanceBefore">,
  value: string | null,
  formats: Formats,
): string | null {
  if (value === null) return line.gaps.join("; ") || null;
  if (line.balanceBefore === null || Number(line.balanceBefore) === 0) return null;
  return `Counts ${money(line.balanceBefore, formats)} of other loans that rank before or with it`;
}
