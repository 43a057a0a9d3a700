"use client";

import { Alert, Anchor, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";
import { FLAT, PAUSE, ScenarioChoice } from "@/components/scenario/scenario-choice";
import { Surface } from "@/components/surface";
import { count, date, exactRate, money, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import { curvesQuery, loanScheduleQuery } from "../records/api/loan";
import { Download } from "@/components/download";
import { Figure, Figures } from "../records/figures";
import type { Loan } from "../records/loan-draft";
import tables from "../records/table.module.css";
import { adjustmentWords, resetWords, standingOf } from "./floating-words";
import { HowComputed } from "./loan-how-computed";
import { LoanScheduleChart } from "./loan-schedule-chart";

type Schedule = Schemas["LoanSchedule"];
type Floating = Schemas["FloatingSchedule"];

/** A floating loan's schedule: past rates by fixings, what has accrued, and a future that a slider moves. */
export function FloatingSchedule({ loan, first }: { loan: Loan; first: Schedule }) {
  const formats = useFormats();
  const [scenario, setScenario] = useState(FLAT);
  const [shift, setShift] = useState(0);
  const [settled] = useDebouncedValue(shift, PAUSE);
  const { data, error, refetch } = useQuery(loanScheduleQuery(loan.id, { scenario, shift: settled }));
  const schedule = data ?? first;
  const { floating } = schedule;
  const { data: curves } = useQuery({
    ...curvesQuery(floating?.index ?? ""),
    enabled: floating !== null,
  });
  if (floating === null) return null;
  const download = new URLSearchParams({ scenario, shift: String(settled) });
  return (
    <Stack gap="md">
      <Present floating={floating} schedule={schedule} />
      <ScenarioChoice
        curves={(curves?.items ?? []).map((curve) => ({
          value: curve.id,
          label: `The curve as of ${date(curve.asOf, formats)}${curve.source === null ? "" : `, ${curve.source}`}`,
        }))}
        scenario={scenario}
        onScenario={setScenario}
        shift={shift}
        onShift={setShift}
      />
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {schedule.unscheduled !== null && <Missing reason={schedule.unscheduled} floating={floating} />}
      {schedule.installments.length > 0 && (
        <>
          <Surface title="Balance and payments">
            <LoanScheduleChart installments={schedule.installments} height={280} />
          </Surface>
          <Surface
            title="Installments"
            actions={
              <Download
                path={`/api/v1/loans/${loan.id}/schedule.csv?${download}`}
                name={`${loan.number} schedule.csv`}
              />
            }
          >
            <FloatingTable schedule={schedule} floating={floating} />
          </Surface>
        </>
      )}
      {schedule.howComputed !== null && <HowComputed how={schedule.howComputed} />}
    </Stack>
  );
}

function Present({ floating, schedule }: { floating: Floating; schedule: Schedule }) {
  const formats = useFormats();
  const { accrual } = floating;
  const differs = floating.rateDifference !== null && !/^-?0(\.0*)?$/.test(floating.rateDifference);
  return (
    <Surface>
      <Figures>
        <Figure
          label="Present rate"
          note={
            floating.presentRate !== null && differs
              ? `Recorded: ${exactRate(floating.recordedRate, formats)}`
              : `On ${floating.indexName}`
          }
        >
          {exactRate(floating.presentRate, formats)}
        </Figure>
        <Figure label="Accrued interest" note={accrual && `Since ${date(accrual.since, formats)}`}>
          <Amount value={accrual?.interest} />
        </Figure>
        <Figure
          label="Due at maturity"
          note={schedule.dueAtMaturity !== null && date(schedule.installments.at(-1)?.dueDate, formats)}
        >
          <Amount value={schedule.dueAtMaturity} />
        </Figure>
        <Figure label="Total interest" note={schedule.unscheduled !== null && "As far as it is known"}>
          <Amount value={schedule.totalInterest} />
        </Figure>
        {floating.adjustment !== null && (
          <Figure label="To adjust" note="Fixings were revised after interest fell due">
            <Amount value={floating.adjustment} />
          </Figure>
        )}
        {schedule.weightedAverageLifeYears !== null && (
          <Figure label="Weighted average life">
            {`${count(schedule.weightedAverageLifeYears, formats, 2, 2)} years`}
          </Figure>
        )}
      </Figures>
    </Surface>
  );
}

function Missing({ reason, floating }: { reason: string; floating: Floating }) {
  const formats = useFormats();
  const words = sentence(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`, formats);
  const add = floating.missing?.kind === "fixing" && (
    <Anchor component={Link} href="/rates/" inherit c="inherit" underline="always">
      Add fixings
    </Anchor>
  );
  if (floating.periods.length === 0) {
    return (
      <Surface>
        <EmptyState title="No schedule" actions={add}>
          {words}
        </EmptyState>
      </Surface>
    );
  }
  return (
    <Alert color="yellow" variant="light" title="The schedule ends early">
      {words} {add}
    </Alert>
  );
}

function FloatingTable({ schedule, floating }: { schedule: Schedule; floating: Floating }) {
  const formats = useFormats();
  return (
    <div className={tables.scroll} role="region" aria-label="Installments" tabIndex={0}>
      <table className={tables.table} aria-label="Installments">
        <thead>
          <tr>
            <th scope="col" data-start>
              Due
            </th>
            <th scope="col">Payment</th>
            <th scope="col">Rate</th>
            <th scope="col" data-start>
              State
            </th>
            <th scope="col" data-start>
              {floating.indexName}
            </th>
            <th scope="col">Interest</th>
            <th scope="col">Principal</th>
            <th scope="col">Ending balance</th>
            <th scope="col">Days</th>
          </tr>
        </thead>
        <tbody>
          {schedule.installments.map((row, place) => {
            const period = floating.periods[place];
            if (period === undefined) return null;
            return (
              <tr
                key={row.number}
                data-marked={period.standing === "present" || undefined}
                data-past={period.standing === "past" || undefined}
              >
                <th scope="row" data-start>
                  {date(row.dueDate, formats)}
                </th>
                <td className="amount">{money(row.payment, formats)}</td>
                <td>{exactRate(period.rate, formats)}</td>
                <td data-start>{standingOf(period)}</td>
                <td data-start data-wrap={period.adjustment !== null || undefined}>
                  {[resetWords(period, formats), adjustmentWords(period, formats)].filter(Boolean).join("; ")}
                </td>
                <td className="amount">{money(row.interest, formats)}</td>
                <td className="amount">{money(row.principal, formats)}</td>
                <td className="amount">{money(row.endingBalance, formats)}</td>
                <td>{row.days}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
