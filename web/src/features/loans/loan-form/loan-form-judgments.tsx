"use client";

import { Switch } from "@mantine/core";

import { useBusinessDate } from "@/api/me";

import { useLoanField } from "../forms/form-context";
import { LoanDate, LoanDecimal, LoanMoney, LoanText, LoanTextarea } from "../forms/form-fields";

const NOTHING_REPORTED = { asOf: null, dscr: null, dscrNetCashFlow: null, annualDebtService: null };

/** A group that is given as a whole or not at all: a switch shows its fields. */
function useWhole<T>(path: string, empty: () => T) {
  const field = useLoanField<T | null>(path);
  return {
    there: field.value !== null,
    toggle: (there: boolean) => field.onChange(there ? empty() : null),
    path: field["data-path"],
  };
}

export function ReportedFields() {
  const { there, toggle, path } = useWhole("reported", () => NOTHING_REPORTED);
  return (
    <>
      <Switch
        label="The servicer reports figures"
        data-path={path}
        checked={there}
        onChange={({ currentTarget }) => toggle(currentTarget.checked)}
        mt={{ sm: 28 }}
      />
      {there && (
        <>
          <LoanDate path="reported.asOf" label="Reported as of" />
          <LoanDecimal path="reported.dscr" label="DSCR" />
          <LoanDecimal path="reported.dscrNetCashFlow" label="DSCR on net cash flow" />
          <LoanMoney path="reported.annualDebtService" label="Annual debt service" />
        </>
      )}
    </>
  );
}

export function RatingFields() {
  const today = useBusinessDate();
  const { there, toggle, path } = useWhole("riskRating", () => ({
    rating: "",
    asOf: today,
    reason: null,
  }));
  return (
    <>
      <Switch
        label="Has a risk rating"
        data-path={path}
        checked={there}
        onChange={({ currentTarget }) => toggle(currentTarget.checked)}
        mt={{ sm: 28 }}
      />
      {there && (
        <>
          <LoanText path="riskRating.rating" label="Risk rating" required />
          <LoanDate path="riskRating.asOf" label="Rated as of" required />
          <LoanTextarea path="riskRating.reason" label="Reason" />
        </>
      )}
    </>
  );
}
