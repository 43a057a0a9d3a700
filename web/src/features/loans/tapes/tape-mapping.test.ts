import { describe, expect, it } from "vitest";

import type { TemplateColumn } from "./api/tapes";
import {
  choose,
  columnLabel,
  missing,
  onlyUpdates,
  repeatedNames,
  sameMapping,
  usable,
  waysToRead,
  withReading,
} from "./tape-mapping";

const column = (name: string, required = false): TemplateColumn => ({
  name,
  required,
  kind: "text",
  about: "",
  example: "",
  element: null,
  synonyms: [],
});
const MAPPING = [
  { header: "No", column: "loanNumber" },
  { header: "Coupon", column: "rate", unit: "percent" as const },
];

describe("choose", () => {
  it("takes a column of the file for one of the template's", () => {
    expect(choose(MAPPING, "Bal", "currentBalance")).toEqual([
      ...MAPPING,
      { header: "Bal", column: "currentBalance" },
    ]);
  });

  it("lets go of what was taken for it before", () => {
    expect(choose(MAPPING, "Rate", "rate")).toEqual([
      { header: "No", column: "loanNumber" },
      { header: "Rate", column: "rate" },
    ]);
  });

  it("ignores a column", () => {
    expect(choose(MAPPING, "Coupon", null)).toEqual([{ header: "No", column: "loanNumber" }]);
  });

  it("keeps the unit where nothing changes, and forgets it where the column does", () => {
    expect(choose(MAPPING, "Coupon", "rate")).toBe(MAPPING);
    expect(choose(MAPPING, "Coupon", "spread")).toContainEqual({ header: "Coupon", column: "spread" });
  });
});

describe("withReading", () => {
  it("says how the cells are read, or takes it back", () => {
    expect(withReading(MAPPING, "Coupon", { unit: "fraction" })[1]).toEqual({
      header: "Coupon",
      column: "rate",
      unit: "fraction",
    });
    expect(withReading(MAPPING, "Coupon", { unit: undefined })[1]?.unit).toBeUndefined();
  });
});

describe("waysToRead", () => {
  it("are those of the column's kind", () => {
    const answers = (name: string, kind: string) =>
      waysToRead({ name, kind }).map(({ of, options }) => [of, ...options.map(({ value }) => value)]);
    const decimal = ["decimal", ".", ","];
    expect(answers("rate", "rate")).toEqual([["unit", "percent", "fraction", "basis_points"], decimal]);
    expect(answers("amortizationMonths", "whole number")).toEqual([["unit", "months", "years"], decimal]);
    expect(answers("levelPayment", "money")[0]).toContain("principal_and_interest");
    expect(answers("maturityDate", "date")).toEqual([["dates", "month_first", "day_first"]]);
    expect(answers("city", "text")).toEqual([]);
  });
});

describe("missing", () => {
  it("names what a tape must have and nothing is taken for", () => {
    const columns = [column("loanNumber", true), column("currentBalance", true), column("city")];
    expect(missing(MAPPING, columns).map(({ name }) => name)).toEqual(["currentBalance"]);
  });
});

describe("sameMapping", () => {
  it("does not mind the order, but units", () => {
    expect(sameMapping(MAPPING, [...MAPPING].reverse())).toBe(true);
    expect(sameMapping(MAPPING, withReading(MAPPING, "Coupon", { unit: undefined }))).toBe(false);
  });
});

it("names columns as people write them", () => {
  expect(columnLabel("netOperatingIncome")).toBe("Net operating income");
  expect(columnLabel("asOf")).toBe("As of");
});

it("leaves out columns that share a name", () => {
  expect(usable({ header: ["No", "Coupon", "Coupon"], mapping: MAPPING })).toEqual([
    { header: "No", column: "loanNumber" },
  ]);
});

it("finds names that stand twice", () => {
  expect([...repeatedNames(["a", "b", "a"])]).toEqual(["a"]);
});

describe("onlyUpdates", () => {
  const mapped = (...names: string[]) => names.map((name) => ({ header: name, column: name }));

  it("is a tape that says nothing of how its loans began", () => {
    expect(onlyUpdates(mapped("loanNumber", "asOf", "currentBalance", "maturityDate"))).toBe(true);
    expect(onlyUpdates(mapped("loanNumber", "asOf", "propertyName"))).toBe(true);
  });

  it("is no tape that says some of it, or whose loans have no number or nothing to update", () => {
    expect(onlyUpdates(mapped("loanNumber", "asOf", "currentBalance", "originationDate"))).toBe(false);
    expect(onlyUpdates(mapped("asOf", "currentBalance"))).toBe(false);
    expect(onlyUpdates(mapped("loanNumber", "asOf", "rate"))).toBe(false);
  });

  it("is no tape without a date: its other columns may only have names that are not known", () => {
    expect(onlyUpdates(mapped("loanNumber", "currentBalance", "rate"))).toBe(false);
  });

  it("lacks no column", () => {
    expect(
      missing(mapped("loanNumber", "asOf", "currentBalance"), [column("originalBalance", true)]),
    ).toEqual([]);
  });
});

describe("codes", () => {
  it("tell two mappings apart", () => {
    const coded = [{ header: "Accrual", column: "dayCount", codes: { "1": "30/360" } }];
    expect(
      sameMapping(
        coded,
        coded.map(({ header, column: name }) => ({ header, column: name })),
      ),
    ).toBe(false);
    expect(sameMapping(coded, structuredClone(coded))).toBe(true);
  });
});
