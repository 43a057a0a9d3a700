import { describe, expect, it } from "vitest";

import type { TemplateColumn } from "./api/tapes";
import {
  choose,
  columnLabel,
  missing,
  needsUnit,
  repeatedNames,
  sameMapping,
  usable,
  withUnit,
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

describe("withUnit", () => {
  it("says what bare numbers are, or takes it back", () => {
    expect(withUnit(MAPPING, "Coupon", "fraction")[1]).toEqual({
      header: "Coupon",
      column: "rate",
      unit: "fraction",
    });
    expect(withUnit(MAPPING, "Coupon", undefined)[1]).toEqual({ header: "Coupon", column: "rate" });
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
    expect(sameMapping(MAPPING, withUnit(MAPPING, "Coupon", undefined))).toBe(false);
  });
});

describe("needsUnit", () => {
  it.each([
    [["5.25"], true],
    [["0.0525"], false],
    [["5.25%"], false],
    [["0", "0.0"], false],
    [[".0525"], false],
    [["1"], true],
    [[], false],
  ])("%j: %s", (samples, expected) => {
    expect(needsUnit(samples, undefined)).toBe(expected);
  });

  it("is content where it is said", () => {
    expect(needsUnit(["5.25"], "percent")).toBe(false);
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
