import { FIGURE_WORDS, type FigureName } from "../figures/figure-words";
import { monthsBefore } from "./api/history";

/** Which history is shown: one or two figures, from one month to another; an open end is the last known month. */
export interface Asked {
  readonly figures: readonly [FigureName, ...FigureName[]];
  readonly from: string;
  readonly to?: string;
}

const STANDARD_FIGURE: FigureName = "outstanding";
const STANDARD_MONTHS = 60;
const MOST_FIGURES = 2;

/** Before any month that can be known. */
export const BEGINNING = "1900-01";

export const isMonth = (text: string | null): text is string =>
  text !== null && /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

const isFigure = (text: string): text is FigureName => Object.hasOwn(FIGURE_WORDS, text);

/**
 * Read which history an address asks for; what the server would refuse gives way to the standard, which ends with the
 * last `reported` month.
 */
export function askedFromSearch(search: URLSearchParams, reported: string): Asked {
  const named = (search.get("history") ?? "").split(",").filter(isFigure);
  const [first = STANDARD_FIGURE, ...others] = [...new Set(named)].slice(0, MOST_FIGURES);
  const from = search.get("monthFrom");
  const to = search.get("monthTo");
  const known = isMonth(from) ? from : monthsBefore(reported, STANDARD_MONTHS);
  return { figures: [first, ...others], from: known, ...(isMonth(to) && to >= known && { to }) };
}

/** What to write into the address for another history; what is the standard stays out of it. */
export function askedChanges(change: {
  figures?: readonly FigureName[];
  from?: string;
  to?: string;
}): Record<string, string | null> {
  const { figures, from, to } = change;
  return {
    ...(figures && { history: figures.join() === STANDARD_FIGURE ? null : figures.join() }),
    ...(from !== undefined && { monthFrom: isMonth(from) ? from : null }),
    ...(to !== undefined && { monthTo: isMonth(to) ? to : null }),
  };
}
