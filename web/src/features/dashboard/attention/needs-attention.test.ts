import { expect, it } from "vitest";

import type { Dashboard } from "../answers/figures";
import { lowCoverageWords } from "./api/attention";
import { ageWords, mattersOf } from "./needs-attention";

const formats = { locale: "en-US", currency: "USD" };

function dashboard(past: number, maturing: number, latest: string): Dashboard {
  return {
    businessDate: "2026-11-28",
    figures: {
      pastMaturity: { loans: past, value: "48843641.50" },
      maturingWithinYear: { loans: maturing, numerator: { name: "", value: "226565448.00" } },
      outstanding: { asOf: { earliest: latest, latest } },
    },
  } as unknown as Dashboard;
}

it("names what is past its maturity, what soon matures, and how old the data is", () => {
  const matters = mattersOf(dashboard(3, 18, "2019-06-11"), formats);
  expect(matters.map(({ words, amount, tone }) => [words, amount, tone])).toEqual([
    ["3 loans past maturity", "48843641.50", "bad"],
    ["18 loans mature within 12 months", "226565448.00", "watch"],
    ["Data is 7 years 5 months old", null, "watch"],
  ]);
});

it("says nothing where nothing is the matter", () => {
  expect(mattersOf(dashboard(0, 0, "2026-11-01"), formats)).toEqual([]);
});

it.each([
  ["2019-06-11", "2019-06-11", "Data is 7 years 5 months old"],
  ["2026-10-28", "2026-10-28", "Data is 31 days old"],
  ["2026-11-01", "2026-11-01", null],
  ["2025-03-01", "2026-11-01", "Oldest balance is 1 year 8 months old"],
])("balances of %s to %s: %s", (earliest, latest, words) => {
  expect(ageWords({ earliest, latest }, "2026-11-28")).toBe(words);
});

it.each([
  [["1.10", "1.249999", "1.25", null], "2 loans with DSCR below 1.25x"],
  [["1.10", "1.60"], "1 loan with DSCR below 1.25x"],
  [["1.25", null], null],
  [Array.from({ length: 25 }, () => "1.00"), "25+ loans with DSCR below 1.25x"],
])("coverage of %j: %s", (values, words) => {
  const lines = values.map((dscr) => ({ dscr, reportedDscr: "9.00" }));
  expect(lowCoverageWords(lines, "computed", formats)).toBe(words);
});

it("takes the coverage that servicers report where that is asked for", () => {
  const lines = [
    { dscr: "1.60", reportedDscr: "1.10" },
    { dscr: "1.10", reportedDscr: null },
  ];
  expect(lowCoverageWords(lines, "reported", formats)).toBe("1 loan with reported DSCR below 1.25x");
});
