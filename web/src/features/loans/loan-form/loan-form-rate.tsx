"use client";

import { Input, SegmentedControl } from "@mantine/core";
import { useId } from "react";

import { Surface } from "@/components/surface";

import { useLoanField, useLoanFormContext } from "../forms/form-context";
import { LoanChoice, LoanDate, LoanPercent, LoanSwitch, LoanText, LoanWhole } from "../forms/form-fields";
import { LoanRows } from "../forms/form-rows";
import { FormGrid } from "../forms/form-section";
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
const ROUNDINGS = [
  "none",
  "up_to_eighth_percent",
  "up_to_sixteenth_percent",
  "up_to_hundredth_percent",
  "up_to_thousandth_percent",
  "nearest_eighth_percent",
  "nearest_sixteenth_percent",
  "nearest_hundredth_percent",
  "nearest_thousandth_percent",
  "nearest_hundred_thousandth_percent",
] as const;
const SETTINGS = ["in_advance", "each_day", "simple_in_arrears", "compounded_in_arrears"] as const;
const IN_ARREARS: readonly string[] = ["simple_in_arrears", "compounded_in_arrears"];
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
  const setting = useLoanField<string>("terms.floating.setting");
  if (value === null) return null;
  return (
    <>
      <LoanText path="terms.floating.index" label="Index" required />
      <LoanPercent path="terms.floating.spread" label="Spread" required />
      <LoanChoice path="terms.floating.setting" label="Setting of the rate" options={SETTINGS} />
      <LoanPercent path="terms.floating.indexFloor" label="Index floor" />
      <LoanPercent path="terms.floating.rateFloor" label="Rate floor" />
      <LoanPercent path="terms.floating.rateCeiling" label="Rate ceiling" />
      <LoanWhole path="terms.floating.resetMonths" label="Months between resets" months empty="" required />
      <LoanDate path="terms.floating.firstResetDate" label="First reset" />
      <LoanWhole path="terms.floating.lookbackBusinessDays" label="Lookback in business days" />
      <LoanChoice path="terms.floating.calendar" label="Calendar" options={CALENDARS} none="Not specified" />
      <LoanChoice path="terms.floating.rounding" label="Rounding of the index" options={ROUNDINGS} />
      <LoanPercent path="terms.floating.adjustment" label="Adjustment of a replaced index" />
      <LoanSwitch path="terms.floating.floorOnAdjusted" label="Index floor is of the adjusted index" />
      <LoanWhole
        path="terms.floating.carryDays"
        label="Days for which an earlier fixing may stand in"
        empty={0}
      />
      {IN_ARREARS.includes(setting.value) && (
        <>
          <LoanWhole path="terms.floating.lockoutBusinessDays" label="Lockout in business days" />
          <LoanPercent path="terms.floating.dailyFloor" label="Daily floor" />
          <LoanSwitch path="terms.floating.observationShift" label="Observation shift" />
        </>
      )}
      <LoanPercent path="terms.floating.fixedRate" label="Fixed rate at first" />
      <LoanDate path="terms.floating.fixedUntil" label="Fixed until" />
    </>
  );
}
