"use client";

import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useBusinessDate } from "@/api/me";
import { isPastMaturity, LoanStatus } from "@/components/loan-status";
import { word } from "@/format/format";

import { loanBalanceQuery } from "../records/api/loan";
import type { Names } from "../records/field-words";
import type { Loan } from "../records/loan-draft";
import { LenderLink } from "./loan-rail";
import classes from "./loan-rail.module.css";

/** Which loan it is, below its name; who owes it and to whom stand in the rail, where there is one. */
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
      {loan.borrower !== null && <span className={classes.aboveTabs}>{`Borrower ${loan.borrower}`}</span>}
      {loan.lenderId !== null && (
        <span className={classes.aboveTabs}>
          {"Lender "}
          <LenderLink id={loan.lenderId} names={names} />
        </span>
      )}
    </Group>
  );
}
