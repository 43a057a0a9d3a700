"use client";

import { FIGURE_WORDS } from "../figures/figure-words";
import type { EarlyFigures } from "./early-figures";
import { HERO } from "./hero";
import classes from "./headline.module.css";

declare global {
  interface Window {
    realinsightsFigures?: EarlyFigures;
  }
}

/** A space that keeps the height of a line. */
const EMPTY = "\u00a0";

/** The first figures' places. `showEarlyFigures` fills them before the page's scripts have come. */
export function EarlyHeadline() {
  const known = typeof window === "undefined" ? undefined : window.realinsightsFigures;
  return (
    <div className={classes.hero}>
      {HERO.map((name) => {
        const { label, kind } = FIGURE_WORDS[name];
        return (
          <div key={name} className={classes.lead}>
            <span className={classes.label}>{label}</span>
            <span className={classes.value}>
              <span
                data-early={kind}
                data-figure={name}
                className={kind === "money" ? "amount" : undefined}
                suppressHydrationWarning
              >
                {known?.[name] ?? EMPTY}
              </span>
            </span>
            <span className={classes.note}>{EMPTY}</span>
          </div>
        );
      })}
    </div>
  );
}
