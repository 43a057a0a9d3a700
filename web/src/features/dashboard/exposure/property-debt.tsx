"use client";

import { useQuery } from "@tanstack/react-query";

import { Amount } from "@/components/amount";
import { count, percent, ratio } from "@/format/format";
import { useFormats } from "@/format/formats";

import { propertyRatiosQuery } from "./api/exposure";
import classes from "./exposure.module.css";
import { aboutRatio } from "./ratio-note";

const RATIOS = [
  ["ltv", "Loan to value", percent],
  ["dscr", "DSCR (NOI)", ratio],
  ["debtYield", "Debt yield (NOI)", percent],
] as const;

/** What of the loans on a property is allocated to it, and the ratios of that against its own value and income. */
export function PropertyDebt({ id }: { id: string }) {
  const formats = useFormats();
  const { data } = useQuery(propertyRatiosQuery(id));
  return (
    <>
      <div title="The part of the loans' balances that is allocated to this property">
        <dt>Debt on this property</dt>
        <dd className="amount">{data === undefined ? "…" : <Amount value={data.allocatedBalance} />}</dd>
        {data !== undefined && (
          <dd className={classes.note}>
            {"allocated, of "}
            <Amount value={data.wholeBalance} />
            {data.loans === 1 ? " whole loan" : ` in ${count(data.loans, formats)} loans`}
          </dd>
        )}
      </div>
      {RATIOS.map(([name, label, written]) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd>{data === undefined ? "…" : written(data[name].value, formats)}</dd>
          {data !== undefined && <dd className={classes.note}>{aboutRatio(data[name], formats)}</dd>}
        </div>
      ))}
    </>
  );
}
