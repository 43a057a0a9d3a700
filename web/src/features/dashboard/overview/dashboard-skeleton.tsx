import { Skeleton } from "@mantine/core";

import { EarlyHeadline } from "../headline/early-headline";
import compositions from "../composition/composition.module.css";
import classes from "./dashboard.module.css";

const COMPOSITIONS = 9;

const times = (many: number) => Array.from({ length: many }, (_, index) => index);

// In the exported page, too: who asks for the dashboard sees its shape before any script has run.
/** The shape of the dashboard before its figures are there. */
export function DashboardSkeleton() {
  return (
    <div className={classes.body} aria-busy="true" aria-label="Loading" role="status">
      <Skeleton h={116} />
      <EarlyHeadline />
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
