"use client";

import { useQuery } from "@tanstack/react-query";

import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { count, date, exactRate, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanScheduleQuery } from "../records/api/loan";
import { Fact, Facts } from "../records/facts";
import type { Loan } from "../records/loan-draft";
import { useLoanAddress } from "../records/use-loan-address";
import { Capitalized } from "./capitalized-terms";
import { Funded } from "./funded-terms";

/** What is owed and since when. */
export function AmountsAndDates({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { terms } = loan;
  return (
    <Surface title="Amounts and dates">
      <Facts>
        <Fact label="Original balance" field="originalBalance">
          <Amount value={loan.originalBalance} />
        </Fact>
        <Fact label="Recorded balance" field="currentBalance">
          <Amount value={loan.currentBalance} />
        </Fact>
        <Fact label="Balance as of">{date(loan.balanceAsOf, formats)}</Fact>
        <Fact label="Origination" field="originationDate">
          {date(loan.originationDate, formats)}
        </Fact>
        <Fact label="First payment" field="terms.firstPaymentDate">
          {date(terms.firstPaymentDate, formats)}
        </Fact>
        {terms.interestStartDate !== null && (
          <Fact label="Interest from">{date(terms.interestStartDate, formats)}</Fact>
        )}
        <Fact label="Maturity" field="maturityDate">
          {date(loan.maturityDate, formats)}
        </Fact>
        {loan.anticipatedRepaymentDate !== null && (
          <Fact label="Anticipated repayment" field="anticipatedRepaymentDate">
            {date(loan.anticipatedRepaymentDate, formats)}
          </Fact>
        )}
        <Fact label="Structure" field="structure">
          {word(loan.structure)}
          {loan.noteName !== null && `, note ${loan.noteName}`}
        </Fact>
        {loan.share !== null && <Fact label="Share of the whole debt">{exactRate(loan.share, formats)}</Fact>}
        <Fact label="Lien position" field="lienPosition">
          {count(loan.lienPosition, formats)}
        </Fact>
      </Facts>
    </Surface>
  );
}

/** The rate of the note. */
export function RateTerms({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { floating, rateSteps, dayCount } = loan.terms;
  const share = (value: string | null) => exactRate(value, formats);
  return (
    <Surface title="Rate">
      <Facts>
        <Fact label="Rate" field="rate">
          {share(loan.rate)}
        </Fact>
        <Fact label="Type" field="rateType">
          {word(loan.rateType)}
        </Fact>
        <Fact label="Day count" field="terms.dayCount">
          {word(dayCount)}
        </Fact>
        {floating !== null && (
          <>
            <Fact label="Index" field="terms.floating.index">
              {floating.index}
            </Fact>
            <Fact label="Spread" field="terms.floating.spread">
              {share(floating.spread)}
            </Fact>
            <Fact label="Index floor" field="terms.floating.indexFloor">
              {share(floating.indexFloor)}
            </Fact>
            <Fact label="Rate floor" field="terms.floating.rateFloor">
              {share(floating.rateFloor)}
            </Fact>
            <Fact label="Rate ceiling" field="terms.floating.rateCeiling">
              {share(floating.rateCeiling)}
            </Fact>
            <Fact label="Reset" field="terms.floating.resetMonths">
              {floating.resetMonths === 1 ? "Every month" : `Every ${floating.resetMonths} months`}
              {floating.firstResetDate !== null && `, first ${date(floating.firstResetDate, formats)}`}
            </Fact>
            {floating.lookbackBusinessDays !== null && (
              <Fact label="Lookback" field="terms.floating.lookbackBusinessDays">
                {`${count(floating.lookbackBusinessDays, formats)} business days`}
              </Fact>
            )}
            {floating.calendar !== null && <Fact label="Calendar">{floating.calendar}</Fact>}
            {floating.rounding !== "none" && <Fact label="Rounding">{word(floating.rounding)}</Fact>}
            <Fact label="Setting" field="terms.floating.setting">
              {word(floating.setting)}
              {floating.observationShift && ", with an observation shift"}
            </Fact>
            {floating.adjustment !== null && (
              <Fact label="Spread adjustment">
                {share(floating.adjustment)}
                {floating.floorOnAdjusted && ", under the index floor"}
              </Fact>
            )}
            {floating.fixedUntil !== null && (
              <Fact label="Fixed until" field="terms.floating.fixedUntil">
                {`${date(floating.fixedUntil, formats)}, at ${share(floating.fixedRate)}`}
              </Fact>
            )}
            {floating.carryDays > 0 && (
              <Fact label="An earlier fixing may stand in for">{`${count(floating.carryDays, formats)} days`}</Fact>
            )}
            {floating.lockoutBusinessDays !== null && (
              <Fact label="Lockout">{`${count(floating.lockoutBusinessDays, formats)} business days`}</Fact>
            )}
            {floating.dailyFloor !== null && <Fact label="Daily floor">{share(floating.dailyFloor)}</Fact>}
          </>
        )}
        {rateSteps.map(({ fromDate, rate }) => (
          <Fact key={fromDate} label={`From ${date(fromDate, formats)}`}>
            {share(rate)}
          </Fact>
        ))}
      </Facts>
    </Surface>
  );
}

/** How principal is repaid. */
export function RepaymentTerms({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { terms } = loan;
  const months = (value: number | null) =>
    value === null ? undefined : `${count(value, formats)} ${value === 1 ? "month" : "months"}`;
  return (
    <Surface title="Repayment">
      <Facts>
        <Fact label="Repayment">{word(loan.amortizationType)}</Fact>
        <Fact label="Amortization" field="terms.amortizationMonths">
          {months(terms.amortizationMonths)}
          {terms.amortizationFromClosing && ", counted from closing"}
        </Fact>
        <Fact label="Interest only" field="terms.interestOnlyMonths">
          {terms.interestOnlyMonths === 0 ? "None" : months(terms.interestOnlyMonths)}
        </Fact>
        <Fact label="Payments" field="terms.frequency">
          {word(terms.frequency)}
          {terms.paymentsInAdvance && ", in advance"}
          {terms.paymentDay !== null && `, on day ${terms.paymentDay}`}
        </Fact>
        {terms.fixedPrincipal !== null && (
          <Fact label="Principal with each payment" field="terms.fixedPrincipal">
            <Amount value={terms.fixedPrincipal} />
          </Fact>
        )}
        {terms.cashAfterAnticipatedRepayment !== null && (
          <Fact label="Cash after anticipated repayment" field="terms.cashAfterAnticipatedRepayment">
            <Amount value={terms.cashAfterAnticipatedRepayment} />
          </Fact>
        )}
        <Capitalized terms={terms} />
        <Funded terms={terms} />
        {loan.amortizationType !== "capitalizing" &&
          terms.fixedPrincipal === null &&
          terms.scheduledPrincipal.length === 0 && (
            <Fact label="Level payment" field="terms.levelPayment">
              {terms.levelPayment === null ? (
                <ComputedPayment loanId={loan.id} />
              ) : (
                <Amount value={terms.levelPayment} />
              )}
            </Fact>
          )}
        {terms.paymentBasis !== "note_rate" && <Fact label="Payment on">{word(terms.paymentBasis)}</Fact>}
        {terms.interestRounding !== "half_up" && (
          <Fact label="Interest rounding">{word(terms.interestRounding)}</Fact>
        )}
        {terms.paymentRounding !== "cent" && (
          <Fact label="Payment rounding">{word(terms.paymentRounding)}</Fact>
        )}
        {terms.dailyRateDecimals !== null && (
          <Fact label="Rate of a day">{`${count(terms.dailyRateDecimals, formats)} decimals`}</Fact>
        )}
        {terms.graceDays !== null && (
          <Fact label="Grace days" field="terms.graceDays">
            {count(terms.graceDays, formats)}
          </Fact>
        )}
        <Fact label="Business days">
          {word(terms.businessDayRule)}
          {terms.businessDayCalendar !== null && `, ${terms.businessDayCalendar}`}
          {terms.accrualAdjusted && ", accrual moves too"}
        </Fact>
        {loan.modified && (
          <Fact label="Modified" field="modified">
            No longer on its original terms
          </Fact>
        )}
      </Facts>
    </Surface>
  );
}

/** The level payment that the schedule comes to, where the note states none. */
function ComputedPayment({ loanId }: { loanId: string }) {
  const { asKnownAt } = useLoanAddress();
  const { data } = useQuery({ ...loanScheduleQuery(loanId), enabled: asKnownAt === null });
  if (data?.levelPayment == null) return "Computed";
  return (
    <>
      <Amount value={data.levelPayment} />
      {" (computed)"}
    </>
  );
}
