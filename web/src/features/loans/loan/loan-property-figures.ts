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

/** Income by the latest statement of a basis; without one, by the latest other but a budget: as the server picks. */
export function latestIncome(
  { operatingStatements }: Property,
  basis: Statement["basis"],
): PropertyFigure | null {
  const usable = operatingStatements.filter(
    (statement) =>
      statement.netOperatingIncome !== null && (statement.basis !== "budget" || basis === "budget"),
  );
  const wanted = usable.filter((statement) => statement.basis === basis);
  return figureOf(latestBy(wanted.length > 0 ? wanted : usable, byEnd), "netOperatingIncome");
}

/** Occupancy by the latest statement that says it, budgets aside. */
export function latestOccupancy({ operatingStatements }: Property): PropertyFigure | null {
  const usable = operatingStatements.filter(
    ({ occupancy, basis }) => occupancy !== null && basis !== "budget",
  );
  return figureOf(latestBy(usable, byEnd), "occupancy");
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
