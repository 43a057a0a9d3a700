"use client";

import { Button, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useAddress } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { SliderFields } from "@/components/sizing/slider-field";
import { NEW_LOAN, SHOCK } from "@/components/sizing/sliders";
import { useSliders } from "@/components/sizing/use-sliders";
import { Surface } from "@/components/surface";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FilterBar } from "../filters/filter-bar";
import { useFilters } from "../filters/use-filters";
import { SPANS } from "../maturities/maturity-buckets";
import dashboard from "../overview/dashboard.module.css";
import { reverseQuery, stressQuery } from "./api/stress";
import { BalloonWall } from "./balloon-wall";
import { BreakingPoints } from "./breaking-points";
import { Outcomes } from "./outcomes";
import { WidestGaps } from "./widest-gaps";

const SLIDERS = [...SHOCK, ...NEW_LOAN];

/** The portfolio under a shock that sliders set, and what new loans would then pay of its balloons. */
export function WhatIfPage() {
  const formats = useFormats();
  const [filters, setFilters] = useFilters();
  const [search, write] = useAddress();
  const by = SPANS.find((known) => known === search.get("by")) ?? "year";
  const { positions, asked, move, reset, moved } = useSliders(SLIDERS);
  const { data, error, refetch, isPlaceholderData } = useQuery(stressQuery(filters, asked, by));
  const { data: points } = useQuery(reverseQuery(filters, asked));
  return (
    <Page
      title="What if"
      subtitle={data === undefined ? " " : date(data.businessDate, formats)}
      actions={
        moved && (
          <Button variant="default" onClick={reset}>
            Reset
          </Button>
        )
      }
    >
      <FilterBar />
      <Surface title="Shock">
        <SliderFields label="Shock" sliders={SHOCK} positions={positions} onMove={move} />
      </Surface>
      <Surface title="New loan">
        <SliderFields label="New loan" sliders={NEW_LOAN} positions={positions} onMove={move} />
      </Surface>
      {error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && (
          <Stack gap="sm" aria-busy="true" aria-label="Loading">
            <Skeleton h={320} />
            <Skeleton h={420} />
          </Stack>
        )
      ) : data.loans === 0 ? (
        <EmptyState
          title="No outstanding loans"
          actions={<Button onClick={() => setFilters({})}>Clear filters</Button>}
        >
          Nothing is owed on loans that match. Remove a filter, or import loans.
        </EmptyState>
      ) : (
        <div
          className={dashboard.body}
          style={{ gridTemplateColumns: "minmax(0, 1fr)" }}
          aria-busy={isPlaceholderData}
          aria-live="polite"
        >
          <Outcomes data={data} />
          <BalloonWall data={data} by={by} onBy={(value) => write({ by: value === "year" ? null : value })} />
          {points != null && <BreakingPoints points={points} />}
          <WidestGaps lines={data.widestGaps} sized={data.outcomes.at(-1)?.sized ?? 0} />
        </div>
      )}
    </Page>
  );
}
