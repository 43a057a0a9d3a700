"use client";

import { startTransition, useEffect, useState } from "react";

import type { Schemas } from "@/lib/api/client";
import { Surface } from "@/components/surface";

import type { Filters } from "../api/filters";
import { CompositionCard } from "./composition-card";
import cards from "./composition.module.css";
import { COMPOSITION_WORDS, type CompositionName } from "./composition-words";
import classes from "./dashboard.module.css";
import { DashboardSkeletonCards, DashboardSkeletonPair } from "./dashboard-skeleton";
import { DrillDown } from "./drill-down";
import { Headline } from "./headline";
import { HistoryPanel } from "./history-panel";
import { LoanLines } from "./loan-lines";
import { MaturityWall } from "./maturity-wall";

const COMPOSITIONS = Object.keys(COMPOSITION_WORDS) as CompositionName[];

const STEPS = 3;

/** Everything the dashboard shows of the loans that match: the key figures at once, what is below them step by step. */
export function DashboardBody({ data, filters }: { data: Schemas["Dashboard"]; filters: Filters }) {
  const drawn = useSteps(STEPS);
  return (
    <DrillDown filters={filters}>
      <Headline data={data} filters={filters} />
      {drawn < 1 ? (
        <DashboardSkeletonPair />
      ) : (
        <div className={classes.pair}>
          <MaturityWall wall={data.maturities} />
          <Surface title="Next to mature">
            <LoanLines lines={data.upcoming} label="Next to mature" />
          </Surface>
        </div>
      )}
      {drawn < 2 ? (
        <DashboardSkeletonPair />
      ) : (
        <div className={classes.pair}>
          <HistoryPanel filters={filters} businessDate={data.businessDate} />
          <Surface title="Ten largest">
            <LoanLines lines={data.top} label="Ten largest" />
          </Surface>
        </div>
      )}
      {drawn < STEPS ? (
        <DashboardSkeletonCards />
      ) : (
        <div className={cards.cards}>
          {COMPOSITIONS.map((of) => (
            <CompositionCard key={of} of={of} composition={data.compositions[of]} />
          ))}
        </div>
      )}
    </DrillDown>
  );
}

/** Counts up to `last`, a step after each picture: between two of them the page can answer. */
function useSteps(last: number): number {
  const [step, setStep] = useState(0);
  // There is nothing to derive it from: that the picture before is on the screen is known only afterwards.
  useEffect(() => {
    if (step < last) startTransition(() => setStep(step + 1));
  }, [step, last]);
  return step;
}
