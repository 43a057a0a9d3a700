"use client";

import { useMediaQuery } from "@mantine/hooks";
import { memo, type ReactNode, type Ref } from "react";

import type { Schemas } from "@/api/client";
import { date, type Formats, money } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "../records/table.module.css";

type Schedule = Schemas["LoanSchedule"];
type Installment = Schedule["installments"][number];

interface Column {
  readonly label: string;
  readonly kind: "number" | "date" | "amount";
  readonly cell: (row: Installment, formats: Formats, next: boolean) => ReactNode;
  readonly total?: (schedule: Schedule, formats: Formats) => string;
}

const NUMBER: Column = { label: "No.", kind: "number", cell: ({ number }) => number };
const FROM: Column = {
  label: "Interest from",
  kind: "date",
  cell: ({ periodStart }, formats) => date(periodStart, formats),
};
const DUE: Column = {
  label: "Due",
  kind: "date",
  cell: ({ dueDate }, formats, next) => date(dueDate, formats) + (next ? " (next due)" : ""),
};
const DAYS: Column = { label: "Days", kind: "number", cell: ({ days }) => days };
const BEGINNING: Column = {
  label: "Beginning balance",
  kind: "amount",
  cell: ({ beginningBalance }, formats) => money(beginningBalance, formats),
};
const INTEREST: Column = {
  label: "Interest",
  kind: "amount",
  cell: ({ interest }, formats) => money(interest, formats),
  total: ({ totalInterest }, formats) => money(totalInterest, formats),
};
const PRINCIPAL: Column = {
  label: "Principal",
  kind: "amount",
  cell: ({ principal }, formats) => money(principal, formats),
  total: ({ totalPrincipal }, formats) => money(totalPrincipal, formats),
};
const PAYMENT: Column = {
  label: "Payment",
  kind: "amount",
  cell: ({ payment }, formats) => money(payment, formats),
};
const ENDING: Column = {
  label: "Ending balance",
  kind: "amount",
  cell: ({ endingBalance }, formats) => money(endingBalance, formats),
};

const CAPITALIZED: Column = {
  label: "Capitalized",
  kind: "amount",
  cell: ({ capitalized }, formats) => money(capitalized, formats),
};

const CURTAILED: Column = {
  label: "Prepaid",
  kind: "amount",
  cell: ({ curtailed }, formats) => money(curtailed, formats),
};

const DRAWN: Column = {
  label: "Drawn",
  kind: "amount",
  cell: ({ drawn }, formats) => money(drawn, formats),
};

const UNUSED_FEE: Column = {
  label: "Unused fee",
  kind: "amount",
  cell: ({ unusedFee }, formats) => money(unusedFee, formats),
};

/** What only some loans have: a column is there where an installment has any of it. */
const SOMETIMES = {
  capitalized: CAPITALIZED,
  drawn: DRAWN,
  curtailed: CURTAILED,
  unusedFee: UNUSED_FEE,
};
const OF_SOME = ["capitalized", "drawn", "curtailed", "unusedFee"] as const;

const COLUMNS = [NUMBER, FROM, DUE, DAYS, BEGINNING, INTEREST, PRINCIPAL, PAYMENT, ENDING];
/** A phone has room for three: when how much is due, and what is owed after it. The others are a swipe away. */
const NARROW = [DUE, PAYMENT, ENDING, INTEREST, PRINCIPAL, BEGINNING, DAYS, FROM, NUMBER];

/** Every installment to the cent; the next one due is marked. Totals are the server's. */
export const LoanScheduleTable = memo(function LoanScheduleTable({
  schedule,
  today,
  markedRow,
}: {
  schedule: Schedule;
  today: string;
  markedRow?: Ref<HTMLTableRowElement>;
}) {
  const formats = useFormats();
  const narrow = useMediaQuery("screen and (max-width: 48em)", false, { getInitialValueInEffect: false });
  const has = (name: (typeof OF_SOME)[number]) =>
    schedule.installments.some((row) => /[1-9]/.test(row[name]));
  const columns = [...(narrow ? NARROW : COLUMNS), ...OF_SOME.filter(has).map((name) => SOMETIMES[name])];
  const [first, ...others] = columns;
  const untotaled = columns.findIndex(({ total }) => total !== undefined);
  const next = schedule.installments.find(({ dueDate }) => dueDate >= today)?.number;
  return (
    <div className={classes.scroll} role="region" aria-label="Installments" tabIndex={0}>
      <table className={classes.table} aria-label="Installments" data-narrow={narrow || undefined}>
        <thead>
          <tr>
            {columns.map(({ label, kind }) => (
              <th key={label} scope="col" data-start={kind === "date" || undefined}>
                {label}
              </th>
            ))}
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
              <th scope="row" data-start={first?.kind === "date" || undefined}>
                {first?.cell(row, formats, row.number === next)}
              </th>
              {others.map(({ label, kind, cell }) => (
                <td
                  key={label}
                  data-start={kind === "date" || undefined}
                  className={kind === "amount" ? "amount" : undefined}
                >
                  {cell(row, formats, row.number === next)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={untotaled} data-start>
              Total
            </th>
            {columns.slice(untotaled).map(({ label, total }) => (
              <td key={label} className={total === undefined ? undefined : "amount"}>
                {total?.(schedule, formats)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
});
