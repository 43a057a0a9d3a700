"use client";

import {
  LoanChoice,
  LoanDate,
  LoanMoney,
  LoanPercent,
  LoanText,
  LoanTextarea,
  LoanWhole,
} from "../forms/form-fields";
import { LoanRows } from "../forms/form-rows";

const HEDGES = ["cap", "swap", "collar"] as const;

const NEW_OPTION = {
  months: 12,
  fee: null,
  noticeDaysAtLeast: null,
  noticeDaysAtMost: null,
  minimumDebtYield: null,
  conditions: null,
  exercisedOn: null,
};

export function ExtensionRows() {
  return (
    <LoanRows path="terms.extensionOptions" noun="Option" empty={NEW_OPTION}>
      {(path) => (
        <>
          <LoanWhole path={`${path}.months`} label="Months" months empty="" required />
          <LoanPercent path={`${path}.fee`} label="Fee" />
          <LoanPercent path={`${path}.minimumDebtYield`} label="Debt yield at least" />
          <LoanWhole path={`${path}.noticeDaysAtLeast`} label="Notice at least, days" />
          <LoanWhole path={`${path}.noticeDaysAtMost`} label="Notice at most, days" />
          <LoanDate path={`${path}.exercisedOn`} label="Exercised" />
          <LoanTextarea path={`${path}.conditions`} label="Conditions" />
        </>
      )}
    </LoanRows>
  );
}

const NEW_RESERVE = { name: "", balance: null, monthlyDeposit: null, cap: null };

export function ReserveRows() {
  return (
    <LoanRows path="terms.reserves" noun="Reserve" empty={NEW_RESERVE}>
      {(path) => (
        <>
          <LoanText path={`${path}.name`} label="Name" required />
          <LoanMoney path={`${path}.balance`} label="Balance" />
          <LoanMoney path={`${path}.monthlyDeposit`} label="Monthly deposit" />
          <LoanMoney path={`${path}.cap`} label="Cap" />
        </>
      )}
    </LoanRows>
  );
}

const NEW_HEDGE = {
  kind: "cap",
  notional: "",
  strike: "",
  floorStrike: null,
  startDate: null,
  endDate: null,
  counterparty: null,
  premium: null,
};

export function HedgeRows() {
  return (
    <LoanRows path="terms.hedges" noun="Hedge" empty={NEW_HEDGE}>
      {(path) => (
        <>
          <LoanChoice path={`${path}.kind`} label="Kind" options={HEDGES} />
          <LoanMoney path={`${path}.notional`} label="Notional" required />
          <LoanPercent path={`${path}.strike`} label="Strike" required />
          <LoanPercent path={`${path}.floorStrike`} label="Floor strike" />
          <LoanDate path={`${path}.startDate`} label="From" />
          <LoanDate path={`${path}.endDate`} label="Until" />
          <LoanText path={`${path}.counterparty`} label="Counterparty" />
          <LoanMoney path={`${path}.premium`} label="Premium" />
        </>
      )}
    </LoanRows>
  );
}

const EFFECTS = ["shorten", "reamortize"] as const;
const NEW_CURTAILMENT = { paidOn: "", amount: "", effect: "shorten" };

/** Principal that is prepaid in part, and whether the level payment stays after it or is computed anew. */
export function CurtailmentRows() {
  return (
    <LoanRows path="terms.curtailments" noun="Partial prepayment" empty={NEW_CURTAILMENT}>
      {(path) => (
        <>
          <LoanDate path={`${path}.paidOn`} label="Paid" required />
          <LoanMoney path={`${path}.amount`} label="Amount" required />
          <LoanChoice path={`${path}.effect`} label="Level payment" options={EFFECTS} />
        </>
      )}
    </LoanRows>
  );
}

export const NEW_PRINCIPAL = { dueDate: "", amount: "" };

export function PrincipalRows() {
  return (
    <LoanRows path="terms.scheduledPrincipal" noun="Payment" empty={NEW_PRINCIPAL}>
      {(path) => (
        <>
          <LoanDate path={`${path}.dueDate`} label="Due" required />
          <LoanMoney path={`${path}.amount`} label="Amount" required />
        </>
      )}
    </LoanRows>
  );
}
