"use client";

import { Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { loanSourcesQuery } from "../records/api/loan";
import { CitedContext, type Citing } from "../records/cited";
import type { Names } from "../records/field-words";
import type { Loan } from "../records/loan-draft";
import { SourcesContext } from "../records/source-mark";
import { useLoanAddress } from "../records/use-loan-address";
import { LoanBalance } from "./loan-balance";
import { FurtherTerms, OriginalTerms, OwnNotes, TermsChanges } from "./loan-details";
import { LoanRatios } from "./loan-ratios";
import { LoanSources } from "./loan-sources";
import classes from "./loan-overview.module.css";
import { Parties } from "./loan-parties";
import { AmountsAndDates, RateTerms, RepaymentTerms } from "./loan-terms";

/** All that is known of a loan. Computed figures are present ones, so they are not shown for an earlier state. */
export function LoanOverview({ loan, names, citing }: { loan: Loan; names: Names; citing: Citing }) {
  const { asKnownAt, on, basis, go } = useLoanAddress();
  const { data } = useQuery({ ...loanSourcesQuery(loan.id), enabled: asKnownAt === null });
  const shown = useMemo(
    () =>
      data === undefined || asKnownAt !== null
        ? null
        : { loan, sources: new Map(data.sources.map((source) => [source.field, source])) },
    [data, loan, asKnownAt],
  );
  const cited = useMemo(() => (asKnownAt === null ? { loan, citing } : null), [loan, citing, asKnownAt]);
  return (
    <CitedContext value={cited}>
      <SourcesContext value={shown}>
        <Stack gap="md">
          {asKnownAt === null && (
            <LoanRatios
              loanId={loan.id}
              ownBasis={loan.statementBasis}
              basis={basis}
              onBasis={(next) => go({ basis: next })}
            />
          )}
          <div className={classes.room}>
            <div className={classes.columns}>
              <Stack gap="md">
                <AmountsAndDates loan={loan} />
                <RateTerms loan={loan} />
              </Stack>
              <Stack gap="md">
                <RepaymentTerms loan={loan} />
                <Parties loan={loan} names={names} />
              </Stack>
              <div className={classes.further}>
                {asKnownAt === null && (
                  <LoanBalance loanId={loan.id} on={on} onDate={(day) => go({ on: day })} />
                )}
                {loan.termsChanges.length > 0 && <TermsChanges changes={loan.termsChanges} />}
                {loan.original !== null && <OriginalTerms original={loan.original} />}
                <OwnNotes loan={loan} />
              </div>
            </div>
          </div>
          <FurtherTerms loan={loan} />
          {asKnownAt === null && (
            <Group>
              {data !== undefined && <LoanSources sources={data.sources} />}
              <citing.Deed loan={loan} />
            </Group>
          )}
        </Stack>
      </SourcesContext>
    </CitedContext>
  );
}
