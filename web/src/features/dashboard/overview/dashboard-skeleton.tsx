import { Skeleton } from "@mantine/core";

import compositions from "../composition/composition.module.css";
import headline from "../headline/headline.module.css";
import classes from "./dashboard.module.css";

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
      <div className={classes.pair}>
        <Skeleton h={520} />
        <Skeleton h={520} />
      </div>
      <div className={classes.pair}>
        <Skeleton h={540} />
        <Skeleton h={540} />
      </div>
      <div className={compositions.cards}>
        {times(COMPOSITIONS).map((index) => (
          <Skeleton key={index} h={260} />
        ))}
      </div>
    </div>
  );
}
