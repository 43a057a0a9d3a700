"use client";

import { useMediaQuery } from "@mantine/hooks";
import { memo } from "react";

import type { Schemas } from "@/api/client";
import { date, exactRate, type Formats, money, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "../records/table.module.css";

type Cost = Schemas["DatedCost"];

interface Column {
  readonly label: string;
  readonly text?: boolean;
  readonly cell: (cost: Cost, formats: Formats) => string;
}

const ON: Column = { label: "On", text: true, cell: ({ on }, formats) => date(on, formats) };
const PHASE: Column = {
  label: "Phase",
  text: true,
  cell: ({ kind }) => (kind === null ? "Not stated" : word(kind)),
};
const BALANCE: Column = { label: "Balance", cell: ({ balance }, formats) => money(balance, formats) };
const PREMIUM: Column = { label: "Premium", cell: ({ premium }, formats) => money(premium, formats) };
const FEES: Column = { label: "Fees", cell: ({ fees }, formats) => money(fees, formats) };
const COST: Column = {
  label: "Cost",
  cell: (cost, formats) => (cost.state === "known" ? money(cost.total, formats) : word(cost.state)),
};
const AT: Column = {
  label: "Reinvested at",
  cell: ({ reinvestedAt }, formats) => exactRate(reinvestedAt, formats),
};

const COLUMNS = [ON, PHASE, BALANCE, PREMIUM, FEES, COST, AT];
/** A phone has room for three; the others are a swipe away. */
const NARROW = [ON, BALANCE, COST, PREMIUM, FEES, PHASE, AT];

/** What prepaying costs on every payment date, to the cent. */
export const PrepaymentTable = memo(function PrepaymentTable({ costs }: { costs: readonly Cost[] }) {
  const formats = useFormats();
  const narrow = useMediaQuery("screen and (max-width: 48em)", false, { getInitialValueInEffect: false });
  const [first, ...others] = narrow ? NARROW : COLUMNS;
  return (
    <div className={classes.scroll} role="region" aria-label="Cost by payment date" tabIndex={0}>
      <table className={classes.table} aria-label="Cost by payment date" data-narrow={narrow || undefined}>
        <thead>
          <tr>
            {[first, ...others].map((column) => (
              <th key={column?.label} scope="col" data-start={column?.text || undefined}>
                {column?.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {costs.map((cost) => (
            <tr key={cost.on}>
              <th scope="row" data-start>
                {first?.cell(cost, formats)}
              </th>
              {others.map(({ label, text, cell }) => (
                <td key={label} data-start={text || undefined} className={text ? undefined : "amount"}>
                  {cell(cost, formats)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});
