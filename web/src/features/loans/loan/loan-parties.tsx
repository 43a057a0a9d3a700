"use client";

import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";

import Link from "@/components/link";
import { Surface } from "@/components/surface";
import { word } from "@/format/format";

import { Fact, Facts } from "../records/facts";
import type { Names } from "../records/field-words";
import type { Loan } from "../records/loan-draft";

/** The parties to the loan. */
export function Parties({ loan, names }: { loan: Loan; names: Names }) {
  const party = (page: string, id: string | null): ReactNode =>
    id === null ? undefined : (
      <Anchor component={Link} inherit href={`/${page}/?id=${id}`}>
        {names.get(id) ?? "…"}
      </Anchor>
    );
  return (
    <Surface title="Parties">
      <Facts>
        <Fact label="Borrower" field="borrower">
          {loan.borrower ?? undefined}
        </Fact>
        <Fact label="Guarantors">{loan.guarantors.length > 0 ? loan.guarantors.join(", ") : undefined}</Fact>
        <Fact label="Recourse">{loan.recourse === null ? undefined : word(loan.recourse)}</Fact>
        <Fact label="Lender" field="lenderId">
          {party("lender", loan.lenderId)}
        </Fact>
        <Fact label="Originator" field="originator">
          {loan.originator ?? undefined}
        </Fact>
        <Fact label="Servicer" field="servicer">
          {loan.servicer ?? undefined}
        </Fact>
        <Fact label="Fund" field="fundId">
          {party("fund", loan.fundId)}
        </Fact>
        <Fact label="Portfolio" field="portfolioId">
          {party("portfolio", loan.portfolioId)}
        </Fact>
        {loan.deal !== null && (
          <Fact label="Deal">
            {loan.deal}
            {loan.assetNumber !== null && (
              <Text span inherit c="dimmed">{`, asset ${loan.assetNumber}`}</Text>
            )}
          </Fact>
        )}
      </Facts>
    </Surface>
  );
}
