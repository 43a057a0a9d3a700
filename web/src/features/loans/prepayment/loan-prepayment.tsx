"use client";

import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { date, sentence, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Explained } from "../records/explained";
import type { Loan } from "../records/loan-draft";
import { useLoanAddress } from "../records/use-loan-address";
import classes from "../records/table.module.css";
import { type Market, NO_MARKET, prepaymentQuery } from "./api/prepayment";
import { MarketFields } from "./market-fields";
import { PayoffQuote } from "./payoff-quote";
import { PrepaymentChart } from "./prepayment-chart";
import { PrepaymentTable } from "./prepayment-table";

const PAUSE = 300;

/** What repaying a loan early costs: on every payment date to come, and all that is owed on a day. */
export function LoanPrepayment({ loan }: { loan: Loan }) {
  const [said, setSaid] = useState<Market>(NO_MARKET);
  const [market] = useDebouncedValue(said, PAUSE);
  const { data, error, refetch, isPlaceholderData } = useQuery(prepaymentQuery(loan.id, market));
  return (
    <Stack gap="md">
      <MarketFields phases={data?.phases ?? []} market={said} onMarket={setSaid} />
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={420} />}
      {data !== undefined && (
        <div aria-busy={isPlaceholderData}>
          <Costs found={data} />
        </div>
      )}
      <PayoffQuote loan={loan} market={market} />
    </Stack>
  );
}

function Costs({ found }: { found: Schemas["LoanPrepayment"] }) {
  const formats = useFormats();
  const mayWrite = useMay("portfolio.write");
  const { go } = useLoanAddress();
  if (found.phases.length === 0) {
    return (
      <Surface>
        <EmptyState
          title="No prepayment terms"
          actions={
            mayWrite ? (
              <Button variant="default" onClick={() => go({ editing: true })}>
                Add prepayment terms
              </Button>
            ) : undefined
          }
        >
          Nobody has said what the note asks for an early repayment, so its cost is unknown.
        </EmptyState>
      </Surface>
    );
  }
  const reasons = [
    ...new Set(found.costs.flatMap(({ state, reason }) => (state === "unknown" ? [reason] : []))),
  ];
  return (
    <Stack gap="md">
      <Surface title="Cost of prepayment">
        {found.notComputed !== null && (
          <Text size="sm">{`Not available: ${sentence(found.notComputed, formats)}.`}</Text>
        )}
        {reasons.map((reason) => (
          <Text key={reason} size="sm">{`Unknown: ${sentence(reason ?? "", formats)}.`}</Text>
        ))}
        {found.costs.some(({ total }) => total !== null) && (
          <PrepaymentChart costs={found.costs} height={280} />
        )}
        {found.costs.length > 0 && <PrepaymentTable costs={found.costs} />}
        {found.assumptions.map((words) => (
          <Text key={words} size="xs" c="dimmed">
            {sentence(words, formats)}
          </Text>
        ))}
      </Surface>
      <Phases phases={found.phases} partial={found.partialPrepayment} />
      {found.explained !== null && <Explained explained={found.explained} />}
    </Stack>
  );
}

/** The phases with their days, and what their terms leave open. */
function Phases({
  phases,
  partial,
}: {
  phases: readonly Schemas["PhaseOfLoan"][];
  partial: Schemas["PartialPrepayment"] | null;
}) {
  const formats = useFormats();
  return (
    <Surface title="Phases">
      <Text
        size="sm"
        mb="xs"
      >{`Prepayment in part: ${partial === null ? "not stated" : word(partial).toLowerCase()}`}</Text>
      <div className={classes.scroll} role="region" aria-label="Phases" tabIndex={0}>
        <table className={classes.table} aria-label="Phases">
          <thead>
            <tr>
              {["Phase", "From", "Until", "What it costs", "Taken as usual"].map((label) => (
                <th key={label} scope="col" data-start>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {phases.map((phase) => (
              <tr key={phase.fromDate}>
                <th scope="row" data-start>
                  {phase.kind === null ? "Not stated" : word(phase.kind)}
                </th>
                <td data-start>{date(phase.fromDate, formats)}</td>
                <td data-start>{date(phase.until, formats)}</td>
                <td data-start data-wrap>
                  {sentence(word(phase.formula), formats)}
                </td>
                <td data-start data-wrap>
                  {sentence(phase.assumed.join(" "), formats)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Surface>
  );
}
