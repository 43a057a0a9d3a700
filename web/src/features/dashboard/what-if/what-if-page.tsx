"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useAddress } from "@/components/address";
import { Page } from "@/components/page";
import { SliderFields } from "@/components/sizing/slider-field";
import { NEW_LOAN, SHOCK } from "@/components/sizing/sliders";
import { useSliders } from "@/components/sizing/use-sliders";
import { Surface } from "@/components/surface";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FilterBar } from "../filters/filter-bar";
import { Matching } from "../matching/matching";
import { useFilters } from "../filters/use-filters";
import { SPANS } from "../maturities/maturity-buckets";
import { reverseQuery, stressQuery } from "./api/stress";
import { BalloonWall } from "./balloon-wall";
import { BreakingPoints } from "./breaking-points";
import { Outcomes } from "./outcomes";
import { WidestGaps } from "./widest-gaps";

const SLIDERS = [...SHOCK, ...NEW_LOAN];

/** The portfolio under a shock that sliders set, and what new loans would then pay of its balloons. */
export function WhatIfPage() {
  const formats = useFormats();
  const [filters] = useFilters();
  const [search, write] = useAddress();
  const by = SPANS.find((known) => known === search.get("by")) ?? "year";
  const { positions, asked, move, reset, moved } = useSliders(SLIDERS);
  const found = useQuery(stressQuery(filters, asked, by));
  const { data } = found;
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
      <Matching found={found} heights={[320, 420]}>
        {(data) => (
          <>
            <Outcomes data={data} />
            <BalloonWall
              data={data}
              by={by}
              onBy={(value) => write({ by: value === "year" ? null : value })}
            />
            {points != null && <BreakingPoints points={points} />}
            <WidestGaps lines={data.widestGaps} sized={data.outcomes.at(-1)?.sized ?? 0} />
          </>
        )}
      </Matching>
    </Page>
  );
}
