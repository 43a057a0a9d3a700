import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { wholeTotals } from "./figures";

const figure = (leftOut: string | null, loan: string | null = null): Schemas["Figure"] => ({
  value: "1.00",
  unit: "money",
  formula: "",
  numerator: null,
  denominator: null,
  loans: 1,
  asOf: null,
  leftOut,
  loan,
  bases: [],
  coverage: null,
});

describe("wholeTotals", () => {
  const totals: Schemas["LoanTotals"] = {
    businessDate: "2025-12-31",
    rolled: null,
    sequence: 1,
    filters: {},
    count: 3,
    dueBySchedule: "0.00",
    withoutSchedule: "0.00",
    matchedBalance: "1.00",
    wholeBalance: "1.00",
    loanCount: figure("closed"),
    outstanding: figure("closed"),
    original: figure("closed"),
    weightedRate: figure("closed", "one"),
    weightedRemainingMonths: figure("closed"),
    dscr: figure("dscr"),
    ltv: figure(null),
    debtYield: figure(null),
    occupancy: figure(null),
    leftOut: {
      closed: { count: 0, balance: "0.00", reasons: [] },
      dscr: {
        count: 2,
        balance: "12.00",
        reasons: [
          { reason: "no debt service is known", count: 1, balance: "3.00", loans: ["one"] },
          { reason: "no net operating income is known", count: 1, balance: "9.00", loans: ["two"] },
        ],
      },
    },
    loans: {
      one: { number: "1", name: "One", balance: "3.00" },
      two: { number: "2", name: "Two", balance: "9.00" },
    },
  };

  it("gives each figure what the answer says once for all, the largest loan first", () => {
    const { dscr, weightedRate } = wholeTotals(totals);
    expect(dscr.leftOut).toMatchObject({ count: 2, balance: "12.00" });
    expect(dscr.leftOut.loans.map(({ loanId, number }) => [loanId, number])).toEqual([
      ["two", "2"],
      ["one", "1"],
    ]);
    expect(weightedRate.loan).toEqual({ loanId: "one", number: "1", name: "One", balance: "3.00" });
  });

  it("leaves nothing out where the answer says so", () => {
    expect(wholeTotals(totals).ltv.leftOut).toEqual({ count: 0, balance: "0.00", reasons: [], loans: [] });
  });
});
