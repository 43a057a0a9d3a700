import type { Schemas } from "@/api/client";

/** A loan that a figure names. */
export type NamedLoan = Schemas["LoanReference"] & { readonly loanId: string };

/** What a figure leaves out; `loans` are the largest of them. */
export type LeftOut = Schemas["LeftOut"] & { readonly loans: readonly NamedLoan[] };

/** A figure with what it leaves out and the loan it is of, which an answer says once for all its figures. */
export type Figure = Omit<Schemas["Figure"], "leftOut" | "loan"> & {
  readonly leftOut: LeftOut;
  readonly loan: NamedLoan | null;
};

export type Composition = Omit<Schemas["Composition"], "concentration"> & { readonly concentration: Figure };

export type Dashboard = Omit<Schemas["Dashboard"], "figures" | "compositions"> & {
  readonly figures: Readonly<Record<keyof Schemas["Headline"], Figure>>;
  readonly compositions: Readonly<Record<keyof Schemas["Compositions"], Composition>>;
};

export type LoanTotals = {
  readonly [Name in keyof Schemas["LoanTotals"]]: Schemas["LoanTotals"][Name] extends Schemas["Figure"]
    ? Figure
    : Schemas["LoanTotals"][Name];
};

/** Where an answer says what its figures leave out, and which loans they name. */
type Said = Pick<Schemas["Dashboard"], "leftOut" | "loans">;

const NOTHING: LeftOut = { count: 0, balance: "0.00", reasons: [], loans: [] };

/** The dashboard with each figure whole. */
export function wholeDashboard(answer: Schemas["Dashboard"]): Dashboard {
  return {
    ...answer,
    figures: mapped(answer.figures, (figure) => whole(figure, answer)),
    compositions: mapped(answer.compositions, (composition) => ({
      ...composition,
      concentration: whole(composition.concentration, answer),
    })),
  };
}

/** Totals with each figure whole. */
export function wholeTotals(answer: Schemas["LoanTotals"]): LoanTotals {
  const { loanCount, outstanding, original, weightedRate, weightedRemainingMonths } = answer;
  const { dscr, ltv, debtYield, occupancy } = answer;
  const figures = {
    ...{ loanCount, outstanding, original, weightedRate, weightedRemainingMonths },
    ...{ dscr, ltv, debtYield, occupancy },
  };
  return { ...answer, ...mapped(figures, (figure) => whole(figure, answer)) };
}

function whole(figure: Schemas["Figure"], { leftOut, loans }: Said): Figure {
  const named = (loanId: string): NamedLoan[] => {
    const loan = loans[loanId];
    return loan === undefined ? [] : [{ ...loan, loanId }];
  };
  const found = figure.leftOut === null ? undefined : leftOut[figure.leftOut];
  return {
    ...figure,
    leftOut:
      found === undefined
        ? NOTHING
        : { ...found, loans: largestFirst(found.reasons.flatMap((reason) => reason.loans.flatMap(named))) },
    loan: figure.loan === null ? null : (named(figure.loan)[0] ?? null),
  };
}

/** Only for the order in which they are listed: amounts are compared, never added up. */
const largestFirst = (loans: readonly NamedLoan[]): readonly NamedLoan[] =>
  [...loans].sort((one, other) => Number(other.balance) - Number(one.balance));

const mapped = <Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  change: (value: From) => To,
): Record<Key, To> =>
  Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, change(value)])) as Record<
    Key,
    To
  >;
