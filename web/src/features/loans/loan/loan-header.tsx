"use client";

import { Anchor, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useBusinessDate } from "@/api/me";
import Link from "@/components/link";

import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { daysBetween, distanceWords } from "@/format/age";
import { date, exactRate, rate, sentence, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanBalanceQuery } from "../records/api/loan";
import type { Names } from "../records/field-words";
import { Figure, Figures } from "../records/figures";
import type { Loan } from "../records/loan-draft";
import { isPastMaturity, LoanStatus } from "@/components/loan-status";

/** What the day is called on which a loan is expected to be repaid. */
const MATURITIES = {
  maturity: "Maturity",
  extended: "Extended maturity",
  anticipated_repayment: "Anticipated repayment",
} as const;

/** Which loan it is, below its name. */
export function LoanIdentity({ loan, names }: { loan: Loan; names: Names }) {
  const extended = loan.terms.extensionOptions.some(({ exercisedOn }) => exercisedOn !== null);
  const { data: now } = useQuery({ ...loanBalanceQuery(loan.id, ""), enabled: extended });
  const today = useBusinessDate();
  return (
    <Group gap="xs" mt={4}>
      <Text span size="sm" fw={600} c="var(--mantine-color-text)" style={{ overflowWrap: "anywhere" }}>
        {loan.number}
      </Text>
      <LoanStatus status={loan.status} pastMaturity={now?.pastMaturity ?? isPastMaturity(loan, today)} />
      <span>{word(loan.structure)}</span>
      {loan.deal !== null && <span>{`Deal ${loan.deal}`}</span>}
      {loan.borrower !== null && <span>{`Borrower ${loan.borrower}`}</span>}
      {loan.lenderId !== null && (
        <span>
          {"Lender "}
          <Anchor component={Link} inherit underline="always" href={`/lender/?id=${loan.lenderId}`}>
            {names.get(loan.lenderId) ?? "…"}
          </Anchor>
        </span>
      )}
    </Group>
  );
}

/** The most important figures. What is computed of a loan is of today, so it is not shown of an earlier knowledge. */
export function LoanKeyFacts({ loan, computed }: { loan: Loan; computed: boolean }) {
  const formats = useFormats();
  const today = useBusinessDate();
  const over = ["paid_off", "refinanced", "liquidated"].includes(loan.status);
  const { data: now } = useQuery({ ...loanBalanceQuery(loan.id, ""), enabled: computed });
  const expected = now?.expectedMaturityDate ?? loan.maturityDate;
  const days = daysBetween(today, expected);
  const next = now?.nextInstallment;
  return (
    <Surface p="sm">
      <Figures>
        <Figure
          label="Balance"
          note={
            <>
              {`Recorded as of ${date(loan.balanceAsOf, formats)}`}
              {computed && <ScheduledBalance loan={loan} />}
              {now?.rolledBalance != null && (
                <Text size="xs" c="dimmed" title={sentence(now.howComputed, formats)}>
                  {`Rolled forward to ${date(now.on, formats)}: `}
                  <Amount value={now.rolledBalance} />
                </Text>
              )}
            </>
          }
        >
          <Amount value={loan.currentBalance} />
        </Figure>
        <Figure label="Original balance" note={date(loan.originationDate, formats)}>
          <Amount value={loan.originalBalance} />
        </Figure>
        <Figure label="Rate" note={`${word(loan.rateType)}, ${word(loan.terms.dayCount)}`}>
          <span title={exactRate(loan.rate, formats)}>{rate(loan.rate, formats)}</span>
        </Figure>
        <Figure
          label={MATURITIES[now?.maturityKind ?? "maturity"]}
          note={
            <>
              {over ? word(loan.status) : distanceWords(days, formats)}
              {expected !== loan.maturityDate && (
                <Text span inherit display="block">
                  {`${now?.maturityKind === "extended" ? "Maturity before" : "Final maturity"} ${date(loan.maturityDate, formats)}`}
                </Text>
              )}
            </>
          }
        >
          {date(expected, formats)}
        </Figure>
        {next != null && !over && (
          <Figure label="Next payment" note={date(next.dueDate, formats)}>
            <Amount value={next.payment} />
          </Figure>
        )}
        <Figure label="Repayment">{word(loan.amortizationType)}</Figure>
      </Figures>
    </Surface>
  );
}

/**
 * What the schedule says of the day that the balance was recorded for, where it says something else. It stands out from
 * a ten-thousandth of the balance on; less is what tapes round away.
 */
function ScheduledBalance({ loan }: { loan: Loan }) {
  const { data } = useQuery(loanBalanceQuery(loan.id, loan.balanceAsOf));
  if (data === undefined || data.balance === null || data.balance === loan.currentBalance) return null;
  const recorded = inCents(loan.currentBalance);
  const off = recorded - inCents(data.balance);
  const much = (off < 0n ? -off : off) * 10_000n >= recorded;
  return (
    <Text size="xs" {...(much ? { c: "var(--attention)", fw: 600 } : { c: "dimmed" })}>
      {"Schedule on that date: "}
      <Amount value={data.balance} />
    </Text>
  );
}

const inCents = (amount: string): bigint => BigInt(amount.replace(".", ""));
