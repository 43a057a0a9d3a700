"use client";

import { Button, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import { loanOverchargesQuery } from "../records/api/loan";
import type { Loan } from "../records/loan-draft";
import { OverchargesTable } from "./overcharges-table";

/** What the loan's lender billed, by its reported periods, beside what the terms say. */
export function LoanOvercharges({ loan }: { loan: Loan }) {
  const { data, error, refetch } = useQuery(loanOverchargesQuery(loan.id));
  return (
    <Surface
      title="Billed beside the terms"
      actions={
        <Group gap="xs" className="no-print">
          <Button
            component={Link}
            href={`/reports/?loan=${loan.id}&kind=overcharges`}
            size="xs"
            variant="default"
          >
            Report
          </Button>
          <CheckStatement loan={loan} />
        </Group>
      }
    >
      {error !== null && data === undefined && (
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
      )}
      {error === null && data === undefined && <Skeleton h={200} />}
      {data !== undefined && <OverchargesTable found={data} />}
    </Surface>
  );
}

/** Leads to where a lender's statement of the loan is checked. */
export function CheckStatement({ loan }: { loan: Loan }) {
  return (
    <Button component={Link} href={`/solve/?loan=${loan.id}`} size="xs" variant="default">
      Check a statement
    </Button>
  );
}
