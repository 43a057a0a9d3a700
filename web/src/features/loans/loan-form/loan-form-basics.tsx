"use client";

import { useLoanField } from "../forms/form-context";
import { LoanChoice, LoanDate, LoanMoney, LoanPercent, LoanText, LoanWhole } from "../forms/form-fields";
import { FormSection } from "../forms/form-section";

const STRUCTURES = ["whole_loan", "pari_passu", "a_note", "b_note", "c_note", "mezzanine"] as const;
const STATUSES = [
  "current",
  "30_days",
  "60_days",
  "90_days",
  "default",
  "paid_off",
  "refinanced",
  "defeased",
  "liquidated",
] as const;

/** Which loan it is. */
export function IdentityFields() {
  const { value: structure } = useLoanField<string>("structure");
  return (
    <FormSection title="Identity">
      <LoanText path="number" label="Number" required placeholder="e.g. RI-1001" />
      <LoanText path="name" label="Name" required />
      <LoanChoice path="status" label="Status" options={STATUSES} />
      <LoanChoice path="structure" label="Structure" options={STRUCTURES} />
      {structure !== "whole_loan" && (
        <>
          <LoanText path="noteName" label="Note" placeholder="A-1" />
          <LoanPercent path="share" label="Share of the whole debt" />
        </>
      )}
      <LoanWhole path="lienPosition" label="Lien position" />
    </FormSection>
  );
}

/** How much is owed, and from when to when. */
export function AmountFields() {
  return (
    <FormSection title="Amounts and dates">
      <LoanMoney path="originalBalance" label="Original balance" required />
      <LoanMoney path="currentBalance" label="Current balance" required />
      <LoanDate path="balanceAsOf" label="Balance as of" required />
      <LoanDate path="originationDate" label="Origination" required />
      <LoanDate path="terms.firstPaymentDate" label="First payment" />
      <LoanDate path="maturityDate" label="Maturity" required />
      <LoanDate path="anticipatedRepaymentDate" label="Anticipated repayment" />
    </FormSection>
  );
}
