"use client";

import { Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { CompositionName } from "../figures/composition-words";
import type { FigureName } from "../figures/figure-words";
import type { Dashboard } from "../answers/figures";
import type { Filters } from "../filters/filters";
import { historyQuery, monthsBefore } from "../history/api/history";
import { ConcentrationFigure, HeadlineFigure, PartFigure } from "./headline-figure";
import classes from "./headline.module.css";

interface GroupOfFigures {
  readonly title: string;
  readonly lead: FigureName;
  readonly others: readonly FigureName[];
  /** A composition whose parts stand here, each with its share. */
  readonly parts?: CompositionName;
  readonly concentrations?: readonly CompositionName[];
}

/** What belongs together, in the order in which a portfolio is read. */
const GROUPS: readonly GroupOfFigures[] = [
  { title: "Size", lead: "outstanding", others: ["original", "loanCount", "propertyCount"] },
  { title: "Cost", lead: "weightedRate", others: [], parts: "rateType" },
  { title: "Coverage", lead: "dscr", others: ["dscrNcf", "occupancy"] },
  { title: "Leverage", lead: "ltv", others: ["debtYield", "debtYieldNcf"] },
  {
    title: "Time",
    lead: "weightedRemainingYears",
    others: ["weightedRemainingMonths", "maturingWithinYear", "pastMaturity"],
  },
  {
    title: "Concentration",
    lead: "largestLoan",
    others: [],
    concentrations: ["lender", "state", "propertyType"],
  },
];

const TREND_MONTHS = 24;

/** Every headline figure with its course over two years. */
export function Headline({ data, filters }: { data: Dashboard; filters: Filters }) {
  const to = data.businessDate.slice(0, 7);
  const { data: history } = useQuery(
    historyQuery(filters, { figures: [], from: monthsBefore(to, TREND_MONTHS), to }),
  );
  const points = (name: FigureName) => history?.series.find(({ figure }) => figure === name)?.points ?? [];
  return (
    <section aria-labelledby="headline">
      <VisuallyHidden>
        <Title order={2} id="headline">
          Key figures
        </Title>
      </VisuallyHidden>
      <div className={classes.groups}>
        {GROUPS.map(({ title, lead, others, parts, concentrations = [] }) => (
          <div key={title} className={classes.group}>
            <Title order={3} className={classes.title}>
              {title}
            </Title>
            <HeadlineFigure name={lead} figure={data.figures[lead]} points={points(lead)} lead />
            {others.map((name) => (
              <HeadlineFigure key={name} name={name} figure={data.figures[name]} points={points(name)} />
            ))}
            {parts !== undefined &&
              data.compositions[parts].slices.map((slice) => (
                <PartFigure key={slice.key} of={parts} slice={slice} whole={data.figures.outstanding} />
              ))}
            {concentrations.map((of) => (
              <ConcentrationFigure key={of} of={of} figure={data.compositions[of].concentration} />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}
