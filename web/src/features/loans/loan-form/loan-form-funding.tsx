"use client";

import { LoanChoice, LoanDate, LoanMoney, LoanPercent } from "../forms/form-fields";
import { LoanRows } from "../forms/form-rows";
import { FormGrid } from "../forms/form-section";
import { DAY_COUNTS } from "./loan-form-rate";

const NEW_DRAW = { drawnOn: "", amount: "" };

/** What is lent of a commitment after the first day, and the fee on what is not. */
export function FundingFields() {
  return (
    <>
      <FormGrid>
        <LoanMoney
          path="terms.commitment"
          label="Commitment"
          description="All that is promised, with the original balance in it"
        />
        <LoanPercent path="terms.unusedFeeRate" label="Fee on what is not drawn" />
        <LoanChoice
          path="terms.unusedFeeDayCount"
          label="Days of the fee"
          options={DAY_COUNTS}
          none="As those of the interest"
        />
      </FormGrid>
      <LoanRows path="terms.draws" noun="Draw" empty={NEW_DRAW}>
        {(path) => (
          <>
            <LoanDate path={`${path}.drawnOn`} label="Drawn" required />
            <LoanMoney path={`${path}.amount`} label="Amount" required />
          </>
        )}
      </LoanRows>
    </>
  );
}
