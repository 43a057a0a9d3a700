"use client";

import type { Schemas } from "@/lib/api/client";
import { Surface } from "@/components/surface";

import type { Filters } from "../api/filters";
import { CompositionCard } from "./composition-card";
import cards from "./composition.module.css";
import { COMPOSITION_WORDS, type CompositionName } from "./composition-words";
import classes from "./dashboard.module.css";
import { DrillDown } from "./drill-down";
import { Headline } from "./headline";
import { HistoryPanel } from "./history-panel";
import { LoanLines } from "./loan-lines";
import { MaturityWall } from "./maturity-wall";

const COMPOSITIONS = Object.keys(COMPOSITION_WORDS) as CompositionName[];

/** Everything the dashboard shows of the loans that match. */
export function DashboardBody({ data, filters }: { data: Schemas["Dashboard"]; filters: Filters }) {
  return (
    <DrillDown filters={filters}>
      <Headline data={data} filters={filters} />
      <div className={classes.pair}>
        <MaturityWall wall={data.maturities} />
        <Surface title="Next to mature">
          <LoanLines lines={data.upcoming} label="Next to mature" />
        </Surface>
      </div>
      <div className={classes.pair}>
        <HistoryPanel filters={filters} businessDate={data.businessDate} />
        <Surface title="Ten largest">
          <LoanLines lines={data.top} label="Ten largest" />
        </Surface>
      </div>
      <div className={cards.cards}>
        {COMPOSITIONS.map((of) => (
          <CompositionCard key={of} of={of} composition={data.compositions[of]} />
        ))}
      </div>
    </DrillDown>
  );
}
