import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { latestIncome, latestOccupancy, latestValue } from "./loan-property-figures";

function statement(basis: string, periodEnd: string | null, income: string | null, occupancy: string | null) {
  return { basis, periodStart: null, periodEnd, netOperatingIncome: income, occupancy };
}

const PROPERTY = {
  valuations: [
    { amount: "1.00", asOf: null, source: null },
    { amount: "2.00", asOf: "2025-01-01", source: "Appraisal" },
    { amount: "3.00", asOf: "2024-01-01", source: null },
  ],
  operatingStatements: [
    statement("underwritten", "2024-12-31", "100.00", "0.90"),
    statement("annual", "2025-12-31", "120.00", "0.95"),
    statement("trailing_twelve_months", "2026-03-31", null, null),
    statement("budget", "2026-12-31", "500.00", "1"),
  ],
} as unknown as Schemas["Property"];

describe("the figures of a property behind a loan", () => {
  it("takes the latest valuation, an undated one only where there is no other", () => {
    expect(latestValue(PROPERTY)).toEqual({ value: "2.00", asOf: "2025-01-01", basis: "Appraisal" });
    expect(latestValue({ ...PROPERTY, valuations: PROPERTY.valuations.slice(0, 1) })?.value).toBe("1.00");
    expect(latestValue({ ...PROPERTY, valuations: [] })).toBeNull();
  });

  it("takes income on the basis chosen for the loan, else of an actual year after the underwriting", () => {
    expect(latestIncome(PROPERTY, null)?.value).toBe("120.00");
    const [underwritten, annual] = PROPERTY.operatingStatements.slice(0, 2);
    const sameDay = { ...annual, periodEnd: "2024-12-31" };
    const half = { ...annual, periodStart: "2025-07-01" };
    for (const other of [sameDay, half]) {
      const operatingStatements = [underwritten, other] as Schemas["OperatingStatement"][];
      expect(latestIncome({ ...PROPERTY, operatingStatements }, null)?.value).toBe("100.00");
    }
    expect(latestIncome(PROPERTY, "underwritten")?.value).toBe("100.00");
    expect(latestIncome(PROPERTY, "trailing_twelve_months")?.value).toBe("120.00");
    expect(latestIncome(PROPERTY, "budget")?.value).toBe("500.00");
  });

  it("takes the latest occupancy, budgets aside", () => {
    expect(latestOccupancy(PROPERTY)).toEqual({ value: "0.95", asOf: "2025-12-31", basis: "annual" });
  });
});
