"use client";

import { memo, type Ref } from "react";

import type { Schemas } from "@/api/client";
import { date, type Formats, money } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "../records/table.module.css";
import { LoanOutcome } from "./loan-outcome";
import { rateOfPeriod } from "./reconciliation-words";

type Period = Schemas["PeriodReconciliation"];

const FIGURES = [
  ["Beginning balance", "beginning_balance", "beginningBalance", "computedBeginningBalance"],
  ["Interest", "interest", "interest", "computedInterest"],
  ["Principal", "principal", "principal", "computedPrincipal"],
  ["Ending balance", "ending_balance", "endingBalance", "computedEndingBalance"],
] as const;

/** Every period, each figure reported and computed side by side; what differs is marked. */
export const LoanReconciliationTable = memo(function LoanReconciliationTable({
  periods,
  firstDifference,
  firstRow,
}: {
  periods: readonly Period[];
  firstDifference: string | null;
  firstRow: Ref<HTMLTableRowElement>;
}) {
  const formats = useFormats();
  return (
    <div className={classes.scroll} role="region" aria-label="Periods" tabIndex={0}>
      <table className={classes.table} aria-label="Reported and computed">
        <thead>
          <tr>
            <th scope="col" rowSpan={2} data-start>
              Period to
            </th>
            <th scope="col" rowSpan={2} data-start>
              Outcome
            </th>
            <th scope="col" rowSpan={2} data-start>
              Explanation
            </th>
            {FIGURES.map(([label]) => (
              <th key={label} scope="colgroup" colSpan={2} data-group>
                {label}
              </th>
            ))}
          </tr>
          <tr>
            {FIGURES.flatMap(([label]) => [
              <th key={`${label} reported`} scope="col" data-group>
                Reported
              </th>,
              <th key={`${label} computed`} scope="col">
                Computed
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {periods.map((period) => {
            const isFirst = period.periodEnd === firstDifference;
            return (
              <tr
                key={period.periodEnd}
                ref={isFirst ? firstRow : undefined}
                tabIndex={isFirst ? -1 : undefined}
                data-marked={isFirst || undefined}
              >
                <th scope="row" data-start>
                  {date(period.periodEnd, formats)}
                </th>
                <td data-start>
                  <LoanOutcome outcome={period.outcome} />
                  {isFirst && " (first difference)"}
                </td>
                <td data-start data-wrap>
                  {explanation(period, formats)}
                </td>
                {FIGURES.flatMap(([label, figure, reported, computed]) => {
                  const differs = period.differing?.includes(figure) ?? false;
                  return [
                    <td
                      key={`${label} reported`}
                      className="amount"
                      data-group
                      data-differs={differs || undefined}
                    >
                      {differs && <span title="Differs">≠ </span>}
                      {money(period[reported], formats)}
                    </td>,
                    <td key={`${label} computed`} className="amount">
                      {money(period[computed], formats)}
                    </td>,
                  ];
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
});

/** How close is close enough, and what is known of why a period is as it is. */
function explanation(period: Period, formats: Formats): string {
  const { since, periodEnd, carried, reason, notes, tolerance, outcome, convention } = period;
  const compared = outcome !== "not_computed" && outcome !== "closed";
  const said = [
    compared ? (tolerance === undefined ? "To the cent" : `± ${money(tolerance, formats)}`) : null,
    since !== undefined && since !== periodEnd ? `first difference ${date(since, formats)}` : null,
    rateOfPeriod(period, formats),
    convention == null ? null : `By another convention: ${convention}`,
    carried ? "Carried from an earlier month" : null,
    reason ?? null,
    ...(notes ?? []),
  ];
  return said.filter((text) => text !== null).join("; ");
}
