"use client";

import { NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { date, percent, ratio, UNKNOWN, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanRatiosQuery, type RatioBasis } from "../records/api/loan";
import classes from "./loan-ratios.module.css";

const BASES: readonly RatioBasis[] = ["latest", "underwritten", "trailing_twelve_months", "annual", "budget"];

const RATIOS = [
  ["dscr", "DSCR", "multiple"],
  ["dscrNetCashFlow", "DSCR on net cash flow", "multiple"],
  ["ltv", "LTV", "share"],
  ["debtYield", "Debt yield", "share"],
  ["debtYieldNetCashFlow", "Debt yield on net cash flow", "share"],
] as const;

/** The loan's ratios with what they are made of, or why one is left out. */
export function LoanRatios({
  loanId,
  ownBasis,
  basis,
  onBasis,
}: {
  loanId: string;
  ownBasis: Schemas["StatementBasis"] | null;
  basis: string | null;
  onBasis: (basis: string | null) => void;
}) {
  const asked = BASES.find((known) => known === basis) ?? null;
  const { data, error, refetch, isPlaceholderData } = useQuery(loanRatiosQuery(loanId, asked));
  const common = data === undefined ? null : commonReason(data);
  return (
    <Surface
      title="Ratios"
      actions={
        <NativeSelect
          size="xs"
          aria-label="Income basis"
          value={asked ?? "latest"}
          onChange={({ currentTarget }) =>
            onBasis(currentTarget.value === "latest" ? null : currentTarget.value)
          }
          data={BASES.map((value) => ({
            value,
            label: value === "latest" ? latestWords(ownBasis) : word(value),
          }))}
        />
      }
    >
      {error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={132} />}
      {data !== undefined && (
        <>
          {common !== null && (
            <Text size="sm" mb="xs">
              {`Not available: ${common}.`}
            </Text>
          )}
          <dl className={classes.ratios} aria-busy={isPlaceholderData}>
            {RATIOS.map(([name, label, kind]) => (
              <div key={name} className={classes.ratio}>
                <dt className={classes.label}>{label}</dt>
                <dd className={classes.value}>
                  <Ratio found={data[name]} kind={kind} explained={common === null} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Surface>
  );
}

/** What is taken where nothing is asked for: the basis chosen for the loan, else the latest statement. */
const latestWords = (ownBasis: Schemas["StatementBasis"] | null): string =>
  ownBasis === null ? "Latest statement" : `${word(ownBasis)} (chosen for the loan)`;

/** Why none of the ratios is there, where it is one reason for all of them. */
export function commonReason(ratios: Pick<Schemas["LoanRatios"], (typeof RATIOS)[number][0]>): string | null {
  const reasons = new Set(RATIOS.map(([name]) => ratios[name].leftOut));
  return reasons.size === 1 ? ([...reasons][0] ?? null) : null;
}

function Ratio({
  found,
  kind,
  explained,
}: {
  found: Schemas["LoanRatio"];
  kind: "multiple" | "share";
  explained: boolean;
}) {
  const formats = useFormats();
  const figure = (value: string | null) =>
    kind === "multiple" ? ratio(value, formats) : percent(value, formats);
  return (
    <Stack gap={2}>
      <Text fz="lg" fw={620} lh={1.3} title={found.value ?? undefined}>
        {found.value === null
          ? found.reported === null
            ? UNKNOWN
            : figure(found.reported)
          : figure(found.value)}
        {found.value === null && found.reported !== null && (
          <Text span size="xs" fw={400}>
            {" reported"}
          </Text>
        )}
      </Text>
      {explained && found.leftOut !== null && <Text size="xs">{`Not available: ${found.leftOut}.`}</Text>}
      <Text size="xs" c="dimmed">
        {found.formula}
      </Text>
      {found.inputs.map(({ name, value, asOf, basis, old }) => (
        <Text key={name} size="xs" c="dimmed">
          {`${name} `}
          <Amount value={value} />
          {basis !== null && `, ${basis}`}
          {asOf !== null && `, ${date(asOf, formats)}`}
          {old && <strong>, older than 15 months</strong>}
        </Text>
      ))}
      {found.reported !== null && (
        <Text size="xs">
          {`Servicer-reported: ${figure(found.reported)}`}
          {found.reportedAsOf !== null && `, ${date(found.reportedAsOf, formats)}`}
        </Text>
      )}
    </Stack>
  );
}
