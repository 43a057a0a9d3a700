import type { Schemas } from "@/api/client";
import { date, type Formats } from "@/format/format";

type Dates = Pick<Schemas["LoanLine"], "maturityDate" | "extendedMaturityDate" | "expectedMaturityDate">;

/** What the day of expected repayment is and what the final maturity is, where they differ. */
export function maturityNote(loan: Dates, formats: Formats): string | null {
  const { expectedMaturityDate, maturityDate, extendedMaturityDate } = loan;
  if (expectedMaturityDate === maturityDate) return null;
  if (expectedMaturityDate === extendedMaturityDate) return `extended from ${date(maturityDate, formats)}`;
  return `anticipated, final ${date(extendedMaturityDate ?? maturityDate, formats)}`;
}

/** The same where there is little room. */
export function shortMaturityNote(loan: Dates, formats: Formats): string | null {
  return (
    maturityNote(loan, formats)?.replace("extended from", "before").replace("anticipated, final", "final") ??
    null
  );
}

/** The day of repayment in words, where the final maturity is another. */
export function expectedWords(loan: Dates, formats: Formats): string | undefined {
  const note = maturityNote(loan, formats);
  return note === null ? undefined : `Expected ${date(loan.expectedMaturityDate, formats)}, ${note}`;
}
