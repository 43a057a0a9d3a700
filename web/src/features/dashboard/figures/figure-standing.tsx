"use client";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { count, type Formats } from "@/format/format";

import type { Figure } from "../answers/figures";
import classes from "./figure-standing.module.css";
import { datesText, SOURCE_WORDS } from "./standing";

/** On which statements the latest income of a ratio stands, by what is owed on each. */
export function FigureStanding({ figure: { bases }, formats }: { figure: Figure; formats: Formats }) {
  if (bases.length === 0) return null;
  return (
    <dl className={classes.bases} aria-label="Income by basis">
      {bases.map(({ basis, loans, balance }) => (
        <div key={basis}>
          <dt>{`${SOURCE_WORDS[basis]}, ${count(loans, formats)} ${loans === 1 ? "loan" : "loans"}`}</dt>
          <dd className="amount">
            <Amount value={balance} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** `as of Dec 31, 2024 to Sep 30, 2025 · older than 15 months · of 3 the date is not known`. */
export function SumDates({ sum, formats }: { sum: Schemas["Sum"]; formats: Formats }) {
  const { asOf, undated = 0, old } = sum;
  if (asOf == null && undated === 0) return null;
  return (
    <dd className={classes.dates}>
      {asOf != null && `as of ${datesText(asOf, formats)}`}
      {old === true && <strong>{" · older than 15 months"}</strong>}
      {undated > 0 && `${asOf == null ? "" : " · "}${count(undated, formats)} undated`}
    </dd>
  );
}
