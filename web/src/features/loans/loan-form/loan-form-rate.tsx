"use client";

import { Input, SegmentedControl } from "@mantine/core";
import { useId } from "react";

import { Surface } from "@/components/surface";

import { useLoanField, useLoanFormContext } from "../forms/form-context";
import { LoanChoice, LoanDate, LoanPercent, LoanText, LoanWhole } from "../forms/form-fields";
import { LoanRows } from "../forms/form-rows";
import { FormGrid, FormSection } from "../forms/form-section";
import { NEW_FLOATING } from "../records/loan-draft";

export const DAY_COUNTS = [
  "actual_360",
  "30_360",
  "actual_365_fixed",
  "actual_actual_isda",
  "30_360_us",
  "30e_360",
] as const;
export const CALENDARS = ["federal_reserve", "us_government_bond", "sofr", "weekends_only"] as const;
const ROUNDINGS = ["none", "up_to_thousandth_percent", "up_to_eighth_percent"] as const;
const FREQUENCIES = ["monthly", "quarterly", "semi_annual", "annual"] as const;
const NEW_STEP = { fromDate: "", rate: "" };

/** The rate of the note: fixed, floating or stepped. */
export function RateFields() {
  const form = useLoanFormContext();
  const type = useLoanField<string>("rateType");
  const label = useId();
  const choose = (next: string) => {
    type.onChange(next);
    const { floating, rateSteps } = form.getValues().terms;
    // Terms of a type that was chosen before stay, in case somebody looks and comes back.
    if (next === "floating" && floating === null) form.setFieldValue("terms.floating", NEW_FLOATING as never);
    if (next === "stepped" && rateSteps.length === 0) {
      form.setFieldValue("terms.rateSteps", [NEW_STEP] as never);
    }
  };
  return (
    <Surface title="Rate">
      <FormGrid>
        <Input.Wrapper label="Type of rate" labelElement="div" labelProps={{ id: label }} error={type.error}>
          <SegmentedControl
            fullWidth
            role="radiogroup"
            aria-labelledby={label}
            data-path="rateType"
            value={type.value}
            onChange={choose}
            data={[
              { value: "fixed", label: "Fixed" },
              { value: "floating", label: "Floating" },
              { value: "stepped", label: "Stepped" },
            ]}
          />
        </Input.Wrapper>
        <LoanPercent
          path="rate"
          label={
            type.value === "floating" ? "Present rate" : type.value === "stepped" ? "First rate" : "Rate"
          }
          required
        />
        <LoanChoice path="terms.dayCount" label="Day count" options={DAY_COUNTS} />
        {type.value === "floating" && <FloatingFields />}
      </FormGrid>
      {type.value === "stepped" && (
        <LoanRows path="terms.rateSteps" noun="Step" empty={NEW_STEP}>
          {(path) => (
            <>
              <LoanDate path={`${path}.fromDate`} label="From" required />
              <LoanPercent path={`${path}.rate`} label="Rate" required />
            </>
          )}
        </LoanRows>
      )}
    </Surface>
  );
}

function FloatingFields() {
  const { value } = useLoanField<object | null>("terms.floating");
  if (value === null) return null;
  return (
    <>
      <LoanText path="terms.floating.index" label="Index" required />
      <LoanPercent path="terms.floating.spread" label="Spread" required />
      <LoanPercent path="terms.floating.indexFloor" label="Index floor" />
      <LoanPercent path="terms.floating.rateFloor" label="Rate floor" />
      <LoanPercent path="terms.floating.rateCeiling" label="Rate ceiling" />
      <LoanWhole path="terms.floating.resetMonths" label="Months between resets" months empty="" required />
      <LoanDate path="terms.floating.firstResetDate" label="First reset" />
      <LoanWhole path="terms.floating.lookbackBusinessDays" label="Lookback in business days" />
      <LoanChoice path="terms.floating.calendar" label="Calendar" options={CALENDARS} none="Not specified" />
      <LoanChoice path="terms.floating.rounding" label="Rounding of the index" options={ROUNDINGS} />
    </>
  );
}

/** How principal is repaid. */
export function RepaymentFields() {
  return (
    <FormSection title="Repayment">
      <LoanWhole
        path="terms.amortizationMonths"
        label="Amortization in months"
        placeholder="None before maturity"
        months
      />
      <LoanWhole path="terms.interestOnlyMonths" label="Interest-only months" months empty={0} />
      <LoanChoice path="terms.frequency" label="Payments" options={FREQUENCIES} />
      <LoanWhole path="terms.paymentDay" label="Payment day" placeholder="As the first payment" />
    </FormSection>
  );
}
