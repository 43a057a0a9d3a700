"use client";

import { Badge, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import Link from "@/components/link";
import { monthsBetween, spanWords } from "@/format/age";
import { counted, type Formats, shortMoney } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Dashboard, Figure } from "../answers/figures";
import { useDrillDown } from "../drill-down/drill-down";
import { loansWords } from "../figures/figure-details";
import type { FigureName } from "../figures/figure-words";
import { type Filters, settingOf } from "../filters/filters";
import { loansAddress } from "../loan-lines/loans-table-address";
import { latestImportQuery, lowCoverageWords, lowestCoverageQuery } from "./api/attention";
import classes from "./needs-attention.module.css";

type Tone = "bad" | "watch";

interface Matter {
  readonly key: string;
  readonly tone: Tone;
  readonly words: string;
  readonly amount: string | null;
  /** The figure whose loans it is about; none where it is about the data. */
  readonly figure: FigureName | null;
}

/** What somebody should look at, worst first; a press shows the loans. Where there is nothing, nothing is shown. */
export function NeedsAttention({ data, filters }: { data: Dashboard; filters: Filters }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const { data: lowest } = useQuery(lowestCoverageQuery(filters));
  const { data: imported } = useQuery(latestImportQuery);
  const matters = mattersOf(data, formats);
  const low = lowest === undefined ? null : lowCoverageWords(lowest, settingOf(filters, "source"), formats);
  const differs = imported?.reconciliation.differs ?? 0;
  if (matters.length === 0 && low === null && differs === 0) return null;
  return (
    <section aria-label="Needs attention" className={classes.strip}>
      <strong className={classes.title}>Needs attention</strong>
      <ul className={classes.matters}>
        {matters.map(({ key, tone, words, amount, figure }) => (
          <li key={key}>
            {figure === null ? (
              <Badge color="yellow" variant="light" tt="none" size="lg" fw={550}>
                {words}
              </Badge>
            ) : (
              <Button
                size="compact-sm"
                variant="light"
                color={tone === "bad" ? "red" : "yellow"}
                onClick={() => drillDown({ title: words, figure })}
              >
                {/* One child: the button's label would swallow spaces between several. */}
                <span>
                  {words}
                  {amount !== null && " · "}
                  {amount !== null && <span className="amount">{shortMoney(amount, formats)}</span>}
                </span>
              </Button>
            )}
          </li>
        ))}
        {low !== null && (
          <li>
            <Button
              component={Link}
              href={loansAddress({ ...filters, figure: "outstanding" }, "dscr")}
              size="compact-sm"
              variant="light"
              color="yellow"
            >
              {low}
            </Button>
          </li>
        )}
        {imported !== undefined && imported !== null && differs > 0 && (
          <li>
            <Button
              component={Link}
              href={`/import/?id=${encodeURIComponent(imported.id)}`}
              size="compact-sm"
              variant="light"
              color="yellow"
            >
              {`${counted(differs, "loan differs", "loans differ", formats)} from the last tape`}
            </Button>
          </li>
        )}
      </ul>
    </section>
  );
}

/** Loans past their maturity, those that mature within a year, and balances that are old. */
export function mattersOf({ figures, businessDate }: Dashboard, formats: Formats): Matter[] {
  const { pastMaturity, maturingWithinYear, outstanding } = figures;
  const matters: Matter[] = [];
  if (pastMaturity.loans > 0) {
    matters.push({
      key: "past",
      tone: "bad",
      words: `${loansWords(pastMaturity.loans, formats)} past maturity`,
      amount: pastMaturity.value,
      figure: "pastMaturity",
    });
  }
  if (maturingWithinYear.loans > 0) {
    matters.push({
      key: "maturing",
      tone: "watch",
      words: `${loansWords(maturingWithinYear.loans, formats)} mature within 12 months`,
      amount: maturingWithinYear.numerator?.value ?? null,
      figure: "maturingWithinYear",
    });
  }
  const age = outstanding.asOf === null ? null : ageWords(outstanding.asOf, businessDate);
  if (age !== null) matters.push({ key: "age", tone: "watch", words: age, amount: null, figure: null });
  return matters;
}

/** `Data is 7 years 5 months old`; where only some of it is, how old the oldest balance is. Null where all is recent. */
export function ageWords({ earliest, latest }: Schemas["AsOf"], businessDate: string): string | null {
  if (monthsBetween(latest, businessDate) >= 1) return `Data is ${spanWords(latest, businessDate)} old`;
  return monthsBetween(earliest, businessDate) >= 1
    ? `Oldest balance is ${spanWords(earliest, businessDate)} old`
    : null;
}

/** Leads to what is past its maturity, from a list that begins with what is not. */
export function PastMaturity({ figure }: { figure: Figure }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  if (figure.loans === 0) return null;
  const words = `${loansWords(figure.loans, formats)} past maturity`;
  return (
    <Button
      size="compact-xs"
      variant="light"
      color="red"
      onClick={() => drillDown({ title: words, figure: "pastMaturity" })}
    >
      <span>
        {words} · <Amount value={figure.value} short />
      </span>
    </Button>
  );
}
