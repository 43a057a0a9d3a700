"use client";

import { Anchor, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import { useSearchParams } from "next/navigation";

import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FIGURE_WORDS, type FigureName, figureText } from "../figures/figure-words";
import { LoanLines } from "../loan-lines/loan-lines";
import { type ExposureField, exposureQuery } from "./api/exposure";
import { ExposureMaturities } from "./exposure-maturities";
import classes from "./exposure.module.css";
import { PropertyDebt } from "./property-debt";

const SHOWN: readonly FigureName[] = [
  "outstanding",
  "loanCount",
  "weightedRate",
  "weightedRemainingYears",
  "dscr",
  "ltv",
  "debtYield",
  "maturingWithinYear",
];
/** Of a property, its debt and ratios are its own: see `PropertyDebt`. */
const SHOWN_OF_PROPERTY: readonly FigureName[] = [
  "loanCount",
  "weightedRate",
  "weightedRemainingYears",
  "maturingWithinYear",
];
const LOANS = 5;

/**
 * What is owed to the lender, by the fund or portfolio, or on the property that the address names: headline figures,
 * when it matures, its largest loans.
 */
export function Exposure({ field }: { field: ExposureField }) {
  const id = useSearchParams().get("id") ?? "";
  const formats = useFormats();
  const { data, error, refetch } = useQuery({ ...exposureQuery(field, id), enabled: id !== "" });
  if (error !== null && data === undefined)
    return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={260} radius="md" aria-label="Loading the exposure" />;
  const { figures, maturities, top } = data;
  const filtered = `?${field}=${encodeURIComponent(id)}`;
  if (figures.loanCount.loans === 0 && figures.loanCount.leftOut.count === 0) {
    return (
      <Surface title="Exposure">
        <Text size="sm" c="dimmed">
          No loans yet.
        </Text>
      </Surface>
    );
  }
  return (
    <Surface
      title="Exposure"
      actions={
        field !== "propertyId" && (
          <Group gap="md">
            <Anchor component={Link} href={`/loans/${filtered}`} size="sm">
              View loans
            </Anchor>
            <Anchor component={Link} href={`/dashboard/${filtered}`} size="sm">
              View on dashboard
            </Anchor>
          </Group>
        )
      }
    >
      <Stack gap="md">
        <dl className={classes.figures}>
          {field === "propertyId" && <PropertyDebt id={id} />}
          {(field === "propertyId" ? SHOWN_OF_PROPERTY : SHOWN).map((name) => {
            const { kind, label } = FIGURE_WORDS[name];
            const { value, leftOut, formula } = figures[name];
            return (
              <div key={name} title={formula}>
                <dt>{label}</dt>
                <dd className={kind === "money" ? "amount" : undefined}>
                  {figureText(kind, value, formats)}
                </dd>
                {leftOut.count > 0 && (
                  <dd className={classes.note}>{`${count(leftOut.count, formats)} left out`}</dd>
                )}
              </div>
            );
          })}
        </dl>
        <SimpleGrid type="container" cols={{ base: 1, "56rem": 2 }} spacing="xl">
          <ExposureMaturities buckets={maturities.year} />
          {top.length > 0 && (
            <div>
              <Text size="sm" fw={600} mb={4}>
                Largest loans
              </Text>
              <LoanLines lines={top.slice(0, LOANS)} label="Largest loans" />
            </div>
          )}
        </SimpleGrid>
        {figures.outstanding.asOf !== null && (
          <Text size="xs" c="dimmed">
            {`Balances as of ${date(figures.outstanding.asOf.earliest, formats)}${
              figures.outstanding.asOf.latest === figures.outstanding.asOf.earliest
                ? ""
                : ` to ${date(figures.outstanding.asOf.latest, formats)}`
            }.`}
          </Text>
        )}
      </Stack>
    </Surface>
  );
}
