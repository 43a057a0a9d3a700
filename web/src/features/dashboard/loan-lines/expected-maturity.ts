import type { Schemas } from "@/api/client";
import { isPastMaturity } from "@/components/loan-status";
import { date, type Formats } from "@/format/format";

type Dates = Pick<Schemas["LoanLine"], "maturityDate" | "anticipatedRepaymentDate" | "extendedMaturityDate">;

/** The day a loan is expected to be repaid: the wall and the term stand on it. */
export function expectedMaturity(loan: Dates, today: string): string {
  const { maturityDate, anticipatedRepaymentDate, extendedMaturityDate } = loan;
  if (anticipatedRepaymentDate !== null && anticipatedRepaymentDate >= today) return anticipatedRepaymentDate;
  return extendedMaturityDate ?? maturityDate;
}

/** What that day is and what the final maturity is, where they differ. */
export function maturityNote(loan: Dates, today: string, formats: Formats): string | null {
  const expected = expectedMaturity(loan, today);
  if (expected === loan.maturityDate) return null;
  if (expected === loan.extendedMaturityDate) return `extended from ${date(loan.maturityDate, formats)}`;
  return `anticipated, final ${date(loan.extendedMaturityDate ?? loan.maturityDate, formats)}`;
}

/** Whether a loan is still owed though the day of its repayment has passed. */
export const isMatured = (loan: Dates & Pick<Schemas["LoanLine"], "status">, today: string): boolean =>
  isPastMaturity({ status: loan.status, maturityDate: expectedMaturity(loan, today) }, today);

/** The day of repayment in words, where the final maturity is another. */
export function expectedWords(loan: Dates, today: string, formats: Formats): string | undefined {
  const note = maturityNote(loan, today, formats);
  return note === null ? undefined : `Expected ${date(expectedMaturity(loan, today), formats)}, ${note}`;
}
