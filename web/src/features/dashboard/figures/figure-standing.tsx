"use client";

import { Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { count, type Formats, percent } from "@/format/format";

import type { Figure } from "../answers/figures";
import classes from "./figure-standing.module.css";
import { coversLittle, datesText, SOURCE_WORDS } from "./standing";

/** What a figure stands on: how much of the balance it covers, and how much of that is on which statements. */
export function FigureStanding({ figure, formats }: { figure: Figure; formats: Formats }) {
  const { coverage, bases } = figure;
  return (
    <>
      {coverage?.share != null && (
        <Text size="xs" fw={coversLittle(figure) ? 600 : undefined}>
          {`Covers ${percent(coverage.share, formats, 1)} of the balance, `}
          <Amount value={coverage.balance} />
        </Text>
      )}
      {bases.length > 0 && (
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
      )}
    </>
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
