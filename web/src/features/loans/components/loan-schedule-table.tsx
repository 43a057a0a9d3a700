"use client";

import { memo, type Ref } from "react";

import type { Schemas } from "@/lib/api/client";
import { date, money } from "@/lib/format/format";
import { useFormats } from "@/lib/format/formats";

import classes from "./loan-table.module.css";

/** Every installment to the cent; the next one due is marked. Totals are the server's. */
export const LoanScheduleTable = memo(function LoanScheduleTable({
  schedule,
  today,
  markedRow,
}: {
  schedule: Schemas["LoanSchedule"];
  today: string;
  markedRow?: Ref<HTMLTableRowElement>;
}) {
  const formats = useFormats();
  const next = schedule.installments.find(({ dueDate }) => dueDate >= today)?.number;
  const amount = (value: string | null) => <td className="amount">{money(value, formats)}</td>;
  return (
    <div className={classes.scroll} role="region" aria-label="Installments" tabIndex={0}>
      <table className={classes.table} aria-label="Installments">
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col" data-start>
              Interest from
            </th>
            <th scope="col" data-start>
              Due
            </th>
            <th scope="col">Days</th>
            <th scope="col">Beginning balance</th>
            <th scope="col">Interest</th>
            <th scope="col">Principal</th>
            <th scope="col">Payment</th>
            <th scope="col">Ending balance</th>
          </tr>
        </thead>
        <tbody>
          {schedule.installments.map((row) => (
            <tr
              key={row.number}
              ref={row.number === next ? markedRow : undefined}
              data-marked={row.number === next || undefined}
              data-past={row.dueDate < today || undefined}
            >
              <th scope="row">{row.number}</th>
              <td data-start>{date(row.periodStart, formats)}</td>
              <td data-start>
                {date(row.dueDate, formats)}
                {row.number === next && " (next due)"}
              </td>
              <td>{row.days}</td>
              {amount(row.beginningBalance)}
              {amount(row.interest)}
              {amount(row.principal)}
              {amount(row.payment)}
              {amount(row.endingBalance)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={5} data-start>
              Total
            </th>
            {amount(schedule.totalInterest)}
            {amount(schedule.totalPrincipal)}
            <td />
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
});
