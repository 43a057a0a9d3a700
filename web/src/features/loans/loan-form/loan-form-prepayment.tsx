"use client";

import { Box } from "@mantine/core";

import { useLoanField } from "../forms/form-context";
import {
  LoanChoice,
  LoanDate,
  LoanMoney,
  LoanPercent,
  LoanPercents,
  LoanText,
  LoanTextarea,
  LoanWhole,
} from "../forms/form-fields";
import { LoanRows } from "../forms/form-rows";
import { FormGrid } from "../forms/form-section";
import { NEW_PHASE } from "../records/loan-draft";

const KINDS = [
  "lockout",
  "yield_maintenance",
  "defeasance",
  "defeasance_or_yield_maintenance",
  "step_down",
  "fixed_penalty",
  "spread_maintenance",
  "minimum_interest",
  "premium",
  "open",
] as const;
const FORMULAS = [
  "remaining_payments",
  "difference_on_scheduled_balance",
  "difference_on_prepaid_principal",
  "annual_factor",
] as const;
const NOT_STATED = "Not stated";
const YIELDS = new Set<string>(["yield_maintenance", "defeasance_or_yield_maintenance"]);
const MEASURED = new Set<string>([...YIELDS, "defeasance", "spread_maintenance"]);
const FLOORED = new Set<string>([...YIELDS, "spread_maintenance"]);

/** Whether a part may be prepaid, how far interest of a payoff runs, and the phases in their order. */
export function PrepaymentPart() {
  return (
    <>
      <FormGrid>
        <LoanChoice
          path="terms.partialPrepayment"
          label="Prepayment in part"
          options={["allowed", "not_allowed"]}
          none={NOT_STATED}
        />
        <LoanChoice
          path="terms.payoffInterestTo"
          label="Payoff interest to"
          options={["payoff_date", "end_of_period"]}
        />
      </FormGrid>
      <LoanRows path="terms.prepayment" noun="Phase" empty={NEW_PHASE}>
        {(path) => <Phase path={path} />}
      </LoanRows>
    </>
  );
}

/** What every phase has, and what its kind asks besides. */
function Phase({ path }: { path: string }) {
  const { value: kind } = useLoanField<string>(`${path}.kind`);
  return (
    <>
      <LoanChoice path={`${path}.kind`} label="Kind" options={KINDS} />
      <LoanDate path={`${path}.fromDate`} label="From" description="Default: after the phase before" />
      <LoanDate path={`${path}.until`} label="Until" description="Its last day; else to maturity" />
      <LoanWhole path={`${path}.months`} label="Length in months" months />
      <LoanWhole path={`${path}.monthsBeforeMaturity`} label="Ends months before maturity" months />
      <Asked kind={kind} path={path} />
      <LoanTextarea path={`${path}.terms`} label="Terms" />
      <Box style={{ gridColumn: "1 / -1" }}>
        <LoanRows path={`${path}.fees`} noun="Fee" empty={{ name: "", amount: null, percentage: null }}>
          {(fee) => (
            <>
              <LoanText path={`${fee}.name`} label="Name" required />
              <LoanMoney path={`${fee}.amount`} label="Amount" />
              <LoanPercent path={`${fee}.percentage`} label="Percentage" />
            </>
          )}
        </LoanRows>
      </Box>
    </>
  );
}

function Asked({ kind, path }: { kind: string; path: string }) {
  return (
    <>
      {YIELDS.has(kind) && (
        <>
          <LoanChoice path={`${path}.formula`} label="Formula" options={FORMULAS} none={NOT_STATED} />
          <LoanChoice
            path={`${path}.discounting`}
            label="Discounting"
            options={["bond_equivalent", "nominal"]}
            none={NOT_STATED}
          />
          <LoanChoice
            path={`${path}.matchedTo`}
            label="Treasury matched to"
            options={["maturity", "average_life"]}
            none={NOT_STATED}
          />
          <LoanChoice
            path={`${path}.betweenMaturities`}
            label="Between maturities"
            options={["interpolated", "nearest"]}
            none={NOT_STATED}
          />
          <LoanChoice
            path={`${path}.monthsLeft`}
            label="Months left"
            options={["whole", "from_month_end"]}
            none={NOT_STATED}
          />
          <LoanWhole path={`${path}.yieldDecimals`} label="Decimals of the yield" />
          <LoanPercent path={`${path}.spread`} label="Spread over Treasury" />
        </>
      )}
      {kind === "spread_maintenance" && <LoanPercent path={`${path}.spread`} label="Spread" />}
      {MEASURED.has(kind) && (
        <LoanChoice
          path={`${path}.measuredTo`}
          label="Measured to"
          options={["maturity", "open", "phase_end"]}
          none={NOT_STATED}
        />
      )}
      {FLOORED.has(kind) && <LoanPercent path={`${path}.floor`} label="Floor" />}
      {kind === "fixed_penalty" && <LoanPercent path={`${path}.penalty`} label="Penalty" />}
      {kind === "step_down" && (
        <>
          <LoanPercents
            path={`${path}.percentages`}
            label="Percentages"
            description="In order: 5; 4; 3; 2; 1"
          />
          <LoanWhole path={`${path}.monthsEach`} label="Months of each" description="Default: 12" months />
          <LoanDate
            path={`${path}.countedFrom`}
            label="Counted from"
            description="Default: the first payment"
          />
        </>
      )}
      {kind === "minimum_interest" && (
        <>
          <LoanMoney path={`${path}.minimumInterest`} label="Minimum interest" />
          <LoanWhole path={`${path}.minimumInterestMonths`} label="Or that of the first months" months />
        </>
      )}
    </>
  );
}
