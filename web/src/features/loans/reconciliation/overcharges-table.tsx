"use client";

import { Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { count, date, money, percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Explained } from "../records/explained";
import { Figure, Figures } from "../records/figures";
import classes from "../records/table.module.css";

const NOTHING = "0.00";

const COLUMNS = [
  ["Interest billed", "interestBilled"],
  ["By the terms", "interestDue"],
  ["Overcharged", "interestOver"],
  ["Terms on the stated balance", "onStatedBalance"],
  ["Principal billed", "principalBilled"],
  ["Principal by the terms", "principalDue"],
] as const;

/** Month by month what a lender billed beside what the terms say, with the sums of the months that are known. */
export function OverchargesTable({ found }: { found: Schemas["Overcharges"] }) {
  const formats = useFormats();
  const { compared, unknown, over, under, unscheduled, terms, billedBy, tolerance, months } = found;
  const floats = months.some(({ rate }) => rate !== null);
  return (
    <Stack gap="sm">
      <Figures>
        <Figure label="Interest billed">
          {compared === 0 ? "Unknown" : money(found.interestBilled, formats)}
        </Figure>
        <Figure label="Interest by the terms">
          {compared === 0 ? "Unknown" : money(found.interestDue, formats)}
        </Figure>
        <Figure label="Overcharged" note={compared === 0 ? null : verdict(found.interestOver)}>
          {compared === 0 ? "Unknown" : money(found.interestOver, formats)}
        </Figure>
        <Figure label="Months over">{count(over, formats)}</Figure>
        <Figure label="Months under">{count(under, formats)}</Figure>
        <Figure label="Months compared" note={unknown > 0 ? `${count(unknown, formats)} unknown` : null}>
          {count(compared, formats)}
        </Figure>
      </Figures>
      <Text size="xs" c="dimmed">
        {terms !== null && `By the terms: ${terms}. `}
        {billedBy !== null && `Billed by: ${billedBy}. `}
        {unscheduled !== null && `Not compared: ${unscheduled}. `}
        {`Within tolerance counts as none: ${tolerance}.`}
      </Text>
      {found.explained !== null && <Explained explained={found.explained} />}
      {months.length > 0 && (
        <div className={classes.scroll} role="region" aria-label="Billed months" tabIndex={0}>
          <table className={classes.table} aria-label="Billed and due">
            <thead>
              <tr>
                <th scope="col" data-start>
                  Due
                </th>
                {floats && <th scope="col">Rate by the terms</th>}
                {COLUMNS.map(([label]) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
                <th scope="col" data-start>
                  Unknown because
                </th>
              </tr>
            </thead>
            <tbody>
              {months.map((month) => (
                <tr key={month.dueDate}>
                  <th scope="row" data-start>
                    {date(month.dueDate, formats)}
                  </th>
                  {floats && <td className="amount">{percent(month.rate, formats, 5)}</td>}
                  {COLUMNS.map(([label, name]) => (
                    <td
                      key={label}
                      className="amount"
                      data-differs={
                        (name === "interestOver" && (month.interestOver ?? NOTHING) !== NOTHING) || undefined
                      }
                    >
                      {money(month[name], formats)}
                    </td>
                  ))}
                  <td data-start data-wrap>
                    {month.reason ?? ""}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Stack>
  );
}

function verdict(sum: string): string {
  if (sum === NOTHING) return "as agreed";
  return sum.startsWith("-") ? "too little was billed" : "too much was billed";
}
