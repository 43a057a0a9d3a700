"use client";

import { Surface } from "@/components/surface";

import { CompositionCard } from "../composition/composition-card";
import cards from "../composition/composition.module.css";
import { DrillDown } from "../drill-down/drill-down";
import { COMPOSITION_WORDS, type CompositionName } from "../figures/composition-words";
import type { Dashboard } from "../answers/figures";
import type { Filters } from "../filters/filters";
import { Headline } from "../headline/headline";
import { HistoryPanel } from "../history/history-panel";
import { LoanLines } from "../loan-lines/loan-lines";
import { MaturityWall } from "../maturities/maturity-wall";
import { NeedsAttention, PastMaturity } from "../attention/needs-attention";
import classes from "./dashboard.module.css";

const COMPOSITIONS = Object.keys(COMPOSITION_WORDS) as CompositionName[];

/** Everything the dashboard shows of the loans that match. */
export function DashboardBody({ data, filters }: { data: Dashboard; filters: Filters }) {
  return (
    <DrillDown filters={filters}>
      <NeedsAttention data={data} filters={filters} />
      <Headline data={data} filters={filters} />
      <div className={`${classes.pair} ${classes.first}`}>
        <MaturityWall data={data} filters={filters} />
        <Surface title="Next to mature" actions={<PastMaturity figure={data.figures.pastMaturity} />}>
          <LoanLines lines={data.upcoming} label="Next to mature" halved />
        </Surface>
      </div>
      <div className={classes.pair}>
        <HistoryPanel filters={filters} data={data} />
        <Surface title="Ten largest">
          <LoanLines lines={data.top} label="Ten largest" halved />
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
