"use client";

import { Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Dashboard } from "../answers/figures";
import type { CompositionName } from "../figures/composition-words";
import type { FigureName } from "../figures/figure-words";
import { type Filters, settingOf } from "../filters/filters";
import { historyQuery, monthsBefore, reportedTo } from "../history/api/history";
import { HeadlineFigure, PartFigure } from "./headline-figure";
import { HERO } from "./hero";
import classes from "./headline.module.css";

interface GroupOfFigures {
  readonly title: string;
  readonly figures: readonly FigureName[];
  /** A composition whose parts stand here, each with its share. */
  readonly parts?: CompositionName;
}

/** All else, in the order in which a portfolio is read. */
const GROUPS: readonly GroupOfFigures[] = [
  { title: "Balance", figures: ["original", "loanCount", "propertyCount"] },
  { title: "Interest rate", figures: [], parts: "rateType" },
  { title: "Coverage", figures: ["dscrNcf", "debtYield", "debtYieldNcf"] },
  { title: "Maturity", figures: ["maturingWithinYear", "pastMaturity"] },
  { title: "Collateral and concentration", figures: ["occupancy", "largestLoan", "largestFive"] },
];

const TREND_MONTHS = 24;

/** Every headline figure; the most important ones with their course over the two years up to the last report. */
export function Headline({ data, filters }: { data: Dashboard; filters: Filters }) {
  const to = reportedTo(data);
  const { data: history } = useQuery(
    historyQuery(filters, { figures: [], from: monthsBefore(to, TREND_MONTHS), to }),
  );
  const measured =
    data.matchedBalance === null || data.wholeBalance === null
      ? null
      : {
          allocated: data.matchedBalance,
          whole: data.wholeBalance,
          measure: settingOf(data.filters, "measure"),
        };
  const points = (name: FigureName) => history?.series.find(({ figure }) => figure === name)?.points ?? [];
  return (
    <section aria-labelledby="headline">
      <VisuallyHidden>
        <Title order={2} id="headline">
          Key figures
        </Title>
      </VisuallyHidden>
      <div className={classes.hero}>
        {HERO.map((name) => (
          <HeadlineFigure
            key={name}
            name={name}
            figure={data.figures[name]}
            points={points(name)}
            measured={name === "outstanding" ? measured : null}
            lead
          />
        ))}
      </div>
      <div className={classes.groups}>
        {GROUPS.map(({ title, figures, parts }) => (
          <div key={title} className={classes.group}>
            <Title order={3} className={classes.title}>
              {title}
            </Title>
            {figures.map((name) => (
              <HeadlineFigure key={name} name={name} figure={data.figures[name]} points={points(name)} />
            ))}
            {parts !== undefined &&
              data.compositions[parts].slices.map((slice) => (
                <PartFigure key={slice.key} of={parts} slice={slice} whole={data.figures.outstanding} />
              ))}
          </div>
        ))}
      </div>
    </section>
  );
}
