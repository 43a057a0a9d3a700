"use client";

import { Input, SegmentedControl } from "@mantine/core";
import { useId } from "react";

import { useLoanField, useLoanFormContext } from "../forms/form-context";
import { LoanDecimal, LoanMoney, LoanPercent } from "../forms/form-fields";

const PAID = [
  { value: "rate", label: "At a rate" },
  { value: "payment", label: "A payment" },
];

/** What of the interest is paid, where the rest of it is added to what is owed. */
export function CapitalizingFields() {
  const form = useLoanFormContext();
  const payment = useLoanField<string | null>("terms.capitalizingPayment");
  const label = useId();
  const paid = payment.value === null ? "rate" : "payment";
  const choose = (next: string) => {
    form.setFieldValue("terms.payRate", (next === "rate" ? "" : null) as never);
    form.setFieldValue("terms.capitalizingPayment", (next === "payment" ? "" : null) as never);
  };
  return (
    <>
      <Input.Wrapper label="Interest is paid" labelElement="div" labelProps={{ id: label }}>
        <SegmentedControl
          fullWidth
          role="radiogroup"
          aria-labelledby={label}
          value={paid}
          onChange={choose}
          data={PAID}
        />
      </Input.Wrapper>
      {paid === "rate" ? (
        <LoanPercent
          path="terms.payRate"
          label="Interest is paid at"
          description="0 for payment in kind; the rest is added to what is owed"
          required
        />
      ) : (
        <LoanMoney
          path="terms.capitalizingPayment"
          label="Payment"
          description="Interest that is more is added to what is owed"
          required
        />
      )}
      <LoanDecimal
        path="terms.capitalizationLimit"
        label="Most that is owed"
        description="As a multiple of the original balance; without it there is no limit"
      />
    </>
  );
}
