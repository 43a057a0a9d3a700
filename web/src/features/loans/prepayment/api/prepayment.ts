import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

export type Chosen = Schemas["Chosen"];

/** What a cost is computed from that the loan does not say; empty where nobody has said it. */
export interface Market {
  readonly treasury: string;
  readonly zeroRates: string;
  readonly chosen: Chosen | "";
}

export const NO_MARKET: Market = { treasury: "", zeroRates: "", chosen: "" };

/** What only a servicer's ledger knows, in dollars; empty where it is not known. */
export const LEDGER = [
  ["fees", "Fees"],
  ["lateCharges", "Late charges"],
  ["defaultInterest", "Default interest"],
  ["suspense", "Suspense"],
  ["escrow", "Escrow"],
  ["reserves", "Reserves"],
] as const;

export type Ledger = Readonly<Partial<Record<(typeof LEDGER)[number][0], string>>>;

/** Whatever is stated, without the rest: an empty parameter would be refused. */
function stated<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")) as Partial<T>;
}

const marketOf = ({ treasury, zeroRates, chosen }: Market) =>
  stated({ treasury, zeroRates, chosen }) as { treasury?: string; zeroRates?: string; chosen?: Chosen };

/** What prepaying costs on each payment date to come, with how the first known cost came about. */
export const prepaymentQuery = (loanId: string, market: Market) =>
  queryOptions({
    queryKey: ["loans", loanId, "prepayment", market],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/prepayment", {
          params: { path: { loan_id: loanId }, query: { ...marketOf(market), explain: true } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** What repays a loan on a day; without one on the server's business date. */
export const payoffQuery = (loanId: string, on: string, market: Market, ledger: Ledger) =>
  queryOptions({
    queryKey: ["loans", loanId, "payoff", on, market, ledger],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/payoff", {
          params: {
            path: { loan_id: loanId },
            query: { ...stated({ on }), ...marketOf(market), ...stated(ledger), explain: true },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
