"use client";

import { NativeSelect } from "@mantine/core";

import { Surface } from "@/components/surface";

import { useLoanField, useLoanFormContext } from "../forms/form-context";
import { LoanChoice, LoanMoney, LoanSwitch, LoanWhole } from "../forms/form-fields";
import { FormGrid } from "../forms/form-section";
import { CapitalizingFields } from "./loan-form-capitalizing";
import { NEW_PRINCIPAL, PrincipalRows } from "./loan-form-lists";

const FREQUENCIES = [
  "weekly",
  "bi_weekly",
  "semi_monthly",
  "monthly",
  "quarterly",
  "semi_annual",
  "annual",
] as const;
const OF_WEEKS: readonly string[] = ["weekly", "bi_weekly"];
const WAYS = [
  { value: "level", label: "Level payment" },
  { value: "fixed", label: "Fixed principal" },
  { value: "listed", label: "As listed" },
  { value: "capitalizing", label: "Interest added" },
];

/** How principal is repaid: by level payments, by the same each period, by a list, or not: interest is added to it. */
export function RepaymentFields() {
  const form = useLoanFormContext();
  const fixed = useLoanField<string | null>("terms.fixedPrincipal");
  const listed = useLoanField<readonly unknown[]>("terms.scheduledPrincipal");
  const anticipated = useLoanField<string | null>("anticipatedRepaymentDate");
  const frequency = useLoanField<string>("terms.frequency");
  const day = useLoanField<number | null>("terms.paymentDay");
  const payRate = useLoanField<string | null>("terms.payRate");
  const capitalizing = useLoanField<string | null>("terms.capitalizingPayment");
  const capitalizes = payRate.value !== null || capitalizing.value !== null;
  const repaid = listed.value.length > 0 ? "listed" : fixed.value === null ? "level" : "fixed";
  const way = capitalizes ? "capitalizing" : repaid;
  const choose = (next: string) => {
    form.setFieldValue("terms.fixedPrincipal", (next === "fixed" ? "" : null) as never);
    form.setFieldValue("terms.scheduledPrincipal", (next === "listed" ? [NEW_PRINCIPAL] : []) as never);
    form.setFieldValue("terms.payRate", (next === "capitalizing" ? "" : null) as never);
    form.setFieldValue("terms.capitalizingPayment", null as never);
    form.setFieldValue("terms.capitalizationLimit", null as never);
    if (next === "level") return;
    form.setFieldValue("terms.cashAfterAnticipatedRepayment", null as never);
    form.setFieldValue("terms.amortizationMonths", null as never);
    form.setFieldValue("terms.levelPayment", null as never);
    if (next === "listed" || next === "capitalizing")
      form.setFieldValue("terms.interestOnlyMonths", 0 as never);
  };
  return (
    <Surface title="Repayment">
      <FormGrid>
        <NativeSelect
          label="Principal"
          value={way}
          onChange={(event) => choose(event.currentTarget.value)}
          data={WAYS}
        />
        {way === "level" && (
          <LoanWhole
            path="terms.amortizationMonths"
            label="Amortization in months"
            placeholder="None before maturity"
            months
          />
        )}
        {way === "fixed" && (
          <LoanMoney path="terms.fixedPrincipal" label="Principal with each payment" required />
        )}
        {(way === "level" || way === "fixed") && (
          <LoanWhole path="terms.interestOnlyMonths" label="Interest-only months" months empty={0} />
        )}
        {capitalizes && <CapitalizingFields />}
        {anticipated.value !== null && way === "level" && (
          <LoanMoney
            path="terms.cashAfterAnticipatedRepayment"
            label="Cash for each payment after the anticipated repayment"
            description="Repays the loan; without it, payments go on as before"
          />
        )}
        <LoanChoice path="terms.frequency" label="Payments" options={FREQUENCIES} />
        {(!OF_WEEKS.includes(frequency.value) || day.value !== null) && (
          <LoanWhole path="terms.paymentDay" label="Payment day" placeholder="As the first payment" />
        )}
        <LoanSwitch
          path="terms.paymentsInAdvance"
          label="Payments in advance"
          description="Each is made as its period begins; the balloon is due at maturity"
        />
      </FormGrid>
      {way === "listed" && <PrincipalRows />}
    </Surface>
  );
}
