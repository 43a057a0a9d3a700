import type { FigureName } from "../figures/figure-words";

/** What a portfolio is read by first. */
export const HERO: readonly FigureName[] = [
  "outstanding",
  "weightedRate",
  "weightedRemainingYears",
  "ltv",
  "dscr",
];
