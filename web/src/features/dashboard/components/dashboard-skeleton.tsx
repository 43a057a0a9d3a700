import { Skeleton } from "@mantine/core";

import compositions from "./composition.module.css";
import classes from "./dashboard.module.css";
import headline from "./headline.module.css";

const GROUPS = 6;
const COMPOSITIONS = 9;

const times = (many: number) => Array.from({ length: many }, (_, index) => index);

/** The shape of the dashboard before its figures are there. */
export function DashboardSkeleton() {
  return (
    <div className={classes.body} aria-busy="true" aria-label="Loading" role="status">
      <div className={headline.groups}>
        {times(GROUPS).map((index) => (
          <Skeleton key={index} h={214} />
        ))}
      </div>
      <DashboardSkeletonPair />
      <DashboardSkeletonPair />
      <DashboardSkeletonCards />
    </div>
  );
}

/** The shape of a chart with a list beside it. */
export function DashboardSkeletonPair() {
  return (
    <div className={classes.pair}>
      <Skeleton h={530} />
      <Skeleton h={530} />
    </div>
  );
}

/** The shape of the compositions. */
export function DashboardSkeletonCards() {
  return (
    <div className={compositions.cards}>
      {times(COMPOSITIONS).map((index) => (
        <Skeleton key={index} h={260} />
      ))}
    </div>
  );
}
