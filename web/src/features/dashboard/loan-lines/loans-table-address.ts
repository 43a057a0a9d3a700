import { type Filters, filtersFromSearch, isFiltered, searchFromFilters } from "../filters/filters";
import type { FigureName, LineOrder, Listed } from "./api/loan-lines";

export const STANDARD_ORDER: LineOrder = "-balance";

/** What figures are called here, in the middle of a sentence. */
export const FIGURE_WORDS: Readonly<Record<FigureName, string>> = {
  outstanding: "the outstanding balance",
  original: "the original balance",
  loanCount: "the number of loans",
  propertyCount: "the number of properties",
  weightedRate: "the weighted rate",
  weightedRemainingYears: "the weighted remaining term",
  weightedRemainingMonths: "the weighted remaining term",
  dscr: "DSCR",
  dscrNcf: "DSCR on NCF",
  ltv: "LTV",
  debtYield: "the debt yield",
  debtYieldNcf: "the debt yield on NCF",
  occupancy: "occupancy",
  largestLoan: "the largest loan",
  largestFive: "the five largest loans",
  maturingWithinYear: "what matures within a year",
  pastMaturity: "what is past maturity",
};

const BY = [
  "number",
  "name",
  "borrower",
  "lender",
  "fund",
  "portfolio",
  "balance",
  "originalBalance",
  "rate",
  "originationDate",
  "maturityDate",
  "status",
  "dscr",
  "ltv",
  "debtYield",
  "occupancy",
  "state",
  "type",
] as const satisfies readonly LineOrder[];

const ORDERS: readonly string[] = BY.flatMap((by) => [by, `-${by}`]);

const LONGEST_SEARCH = 200;

const isOrder = (text: string | null): text is LineOrder => text !== null && ORDERS.includes(text);

const isFigure = (text: string | null): text is FigureName =>
  text !== null && Object.hasOwn(FIGURE_WORDS, text);

/** Which loans an address asks for, and in which order; what the server would refuse is left out. */
export function listedFromSearch(search: URLSearchParams): { listed: Listed; order: LineOrder } {
  const words = (search.get("q") ?? "").trim().slice(0, LONGEST_SEARCH);
  const figure = search.get("figure");
  const order = search.get("order");
  return {
    listed: {
      ...filtersFromSearch(search),
      ...(words !== "" && { q: words }),
      ...(isFigure(figure) && {
        figure,
        ...(search.get("leftOut") === "true" && { leftOut: true as const }),
      }),
    },
    order: isOrder(order) ? order : STANDARD_ORDER,
  };
}

/** The address of loans that are listed: of those left out of a figure, for one. */
export function loansAddress({ q, figure, leftOut, ...filters }: Listed, order = STANDARD_ORDER): string {
  const others = new URLSearchParams();
  if (q !== undefined) others.set("q", q);
  if (figure !== undefined) others.set("figure", figure);
  if (leftOut === true) others.set("leftOut", "true");
  if (order !== STANDARD_ORDER) others.set("order", order);
  const search = searchFromFilters(filters as Filters, others);
  return search === "" ? "/loans/" : `/loans/?${search}`;
}

/** Whether fewer loans are listed than there are. */
export const isNarrowed = ({ q, figure, leftOut, ...filters }: Listed): boolean =>
  q !== undefined || figure !== undefined || leftOut !== undefined || isFiltered(filters as Filters);
