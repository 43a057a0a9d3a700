"use client";

import type { Schemas } from "@/api/client";
import { date, money } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "../records/table.module.css";

type Row = Schemas["SolvedRow"];

const FIGURES = [
  ["Beginning balance", "beginningBalance", "computedBeginningBalance"],
  ["Interest", "interest", "computedInterest"],
  ["Principal", "principal", "computedPrincipal"],
  ["Ending balance", "endingBalance", "computedEndingBalance"],
] as const;

/** A statement's installments, each figure as reported and as the first convention has it. */
export function SolvedRows({
  loan,
  rows,
  difference,
}: {
  loan: string;
  rows: readonly Row[];
  difference: Schemas["DifferenceView"] | null;
}) {
  const formats = useFormats();
  return (
    <div className={classes.scroll} role="region" aria-label={`Installments of ${loan}`} tabIndex={0}>
      <table className={classes.table} aria-label="Reported and computed">
        <thead>
          <tr>
            <th scope="col" rowSpan={2} data-start>
              Due
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
          {rows.map((row) => {
            const isFirst = difference?.dueDate === row.dueDate;
            return (
              <tr key={row.dueDate} data-marked={isFirst || undefined}>
                <th scope="row" data-start>
                  {date(row.dueDate, formats)}
                  {isFirst && " (first difference)"}
                </th>
                {FIGURES.flatMap(([label, reported, computed]) => {
                  const differs = isFirst && difference.field === reported;
                  return [
                    <td
                      key={`${label} reported`}
                      className="amount"
                      data-group
                      data-differs={differs || undefined}
                    >
                      {differs && <span title="Differs">≠ </span>}
                      {money(row[reported], formats)}
                    </td>,
                    <td key={`${label} computed`} className="amount">
                      {money(row[computed], formats)}
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
}
