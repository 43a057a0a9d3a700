import type { Schemas } from "@/api/client";

type Property = Schemas["Property"];
type Statement = Schemas["OperatingStatement"];

/** A figure of a property with the day it is of and how it was arrived at. */
export interface PropertyFigure {
  value: string;
  asOf: string | null;
  basis: string | null;
}

/** The latest valuation; one without a date counts as the oldest. */
export function latestValue({ valuations }: Property): PropertyFigure | null {
  const latest = latestBy(valuations, ({ asOf }) => asOf);
  return latest === null ? null : { value: latest.amount, asOf: latest.asOf, basis: latest.source };
}

/**
 * Income on the basis chosen for the loan; without one, by the latest actual statement of a full year, unless the
 * underwritten one ends on its day or later: as the server picks.
 */
export function latestIncome(
  { operatingStatements }: Property,
  chosen: Statement["basis"] | null,
): PropertyFigure | null {
  const usable = operatingStatements.filter(
    (statement) => statement.netOperatingIncome !== null && !isPartOfAYear(statement),
  );
  const latestOf = (...bases: Statement["basis"][]) =>
    latestBy(
      usable.filter(({ basis }) => bases.includes(basis)),
      byEnd,
    );
  const own = chosen === null ? null : latestOf(chosen);
  const actual = latestOf("trailing_twelve_months", "annual");
  const underwritten = latestOf("underwritten");
  const latest = actual === null || isAsLate(underwritten, actual) ? underwritten : actual;
  return figureOf(own ?? latest, "netOperatingIncome");
}

/** Occupancy by the latest statement that says it, budgets aside. */
export function latestOccupancy({ operatingStatements }: Property): PropertyFigure | null {
  const usable = operatingStatements.filter(
    ({ occupancy, basis }) => occupancy !== null && basis !== "budget",
  );
  return figureOf(latestBy(usable, byEnd), "occupancy");
}

const DAY = 86_400_000;
const SHORTEST_YEAR = 350;
const LONGEST_YEAR = 380;

function isPartOfAYear({ basis, periodStart, periodEnd }: Statement): boolean {
  if (periodStart === null || periodEnd === null || basis === "underwritten" || basis === "budget")
    return false;
  const days = (Date.parse(periodEnd) - Date.parse(periodStart)) / DAY;
  return days < SHORTEST_YEAR || days > LONGEST_YEAR;
}

/** Whether a statement is dated, and ends on the day of another one or later. */
function isAsLate(statement: Statement | null, other: Statement): boolean {
  if (statement === null || statement.periodEnd === null) return false;
  return other.periodEnd === null || statement.periodEnd >= other.periodEnd;
}

const byEnd = ({ periodEnd }: Statement) => periodEnd;

function figureOf(
  statement: Statement | null,
  field: "netOperatingIncome" | "occupancy",
): PropertyFigure | null {
  const value = statement?.[field] ?? null;
  return statement === null || value === null
    ? null
    : { value, asOf: statement.periodEnd, basis: statement.basis };
}

function latestBy<T>(things: readonly T[], day: (thing: T) => string | null): T | null {
  return things.reduce<T | null>((best, next) => {
    if (best === null) return next;
    const [at, than] = [day(next), day(best)];
    return at !== null && (than === null || at >= than) ? next : best;
  }, null);
}
