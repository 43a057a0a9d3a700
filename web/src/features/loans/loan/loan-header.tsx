"use client";

import { Anchor, Group, Text } from "@mantine/core";
import Link from "next/link";

import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { date, percent, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { businessDate, daysBetween, distanceWords } from "../records/dates";
import type { Names } from "../records/field-words";
import { Figure, Figures } from "../records/figures";
import type { Loan } from "../records/loan-draft";
import { LoanStatus } from "../records/loan-status";

/** Which loan it is, below its name. */
export function LoanIdentity({ loan, names }: { loan: Loan; names: Names }) {
  return (
    <Group gap="xs" mt={4}>
      <Text span size="sm" fw={600} c="var(--mantine-color-text)" style={{ overflowWrap: "anywhere" }}>
        {loan.number}
      </Text>
      <LoanStatus status={loan.status} />
      <span>{word(loan.structure)}</span>
      {loan.deal !== null && <span>{`Deal ${loan.deal}`}</span>}
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

/** The most important figures. */
export function LoanKeyFacts({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const days = daysBetween(businessDate(), loan.maturityDate);
  const over = ["paid_off", "refinanced", "liquidated"].includes(loan.status);
  return (
    <Surface p="sm">
      <Figures>
        <Figure label="Balance" note={`Recorded as of ${date(loan.balanceAsOf, formats)}`}>
          <Amount value={loan.currentBalance} />
        </Figure>
        <Figure label="Original balance" note={date(loan.originationDate, formats)}>
          <Amount value={loan.originalBalance} />
        </Figure>
        <Figure label="Rate" note={`${word(loan.rateType)}, ${word(loan.terms.dayCount)}`}>
          {percent(loan.rate, formats, 6)}
        </Figure>
        <Figure label="Maturity" note={over ? word(loan.status) : distanceWords(days, formats.locale)}>
          {date(loan.maturityDate, formats)}
        </Figure>
        <Figure label="Repayment" note={loan.borrower ?? undefined}>
          {word(loan.amortizationType)}
        </Figure>
      </Figures>
    </Surface>
  );
}
