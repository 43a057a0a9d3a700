import { describe, expect, test } from "vitest";

import {
  filtersFromSearch,
  isByProperty,
  isFiltered,
  narrowed,
  searchFromFilters,
  unfiltered,
  withChoices,
  withDate,
  withSetting,
} from "./filters";

const read = (search: string) => filtersFromSearch(new URLSearchParams(search));

describe("filters in the address bar", () => {
  test("are the server's query parameters, repeated keys and all", () => {
    const search =
      "propertyType=office&propertyType=retail&state=TX&lenderId=a1&status=current&maturityFrom=2026-01-01&maturityTo=2030-12-31";
    expect(read(search)).toEqual({
      propertyType: ["office", "retail"],
      state: ["TX"],
      lenderId: ["a1"],
      status: ["current"],
      maturityFrom: "2026-01-01",
      maturityTo: "2030-12-31",
    });
    expect(searchFromFilters(read(search))).toBe(search);
  });

  test("hold the date that figures are of, which narrows nothing", () => {
    const filters = withDate({ state: ["TX"] }, "2027-06-30");
    expect(searchFromFilters(filters)).toBe("state=TX&businessDate=2027-06-30");
    expect(read("businessDate=2027-06-30&state=TX")).toEqual(filters);
    expect(read("businessDate=2027-06-31")).toEqual({});
    expect(unfiltered(filters)).toEqual({ businessDate: "2027-06-30" });
    expect(isFiltered(unfiltered(filters))).toBe(false);
    expect(withDate(filters, "")).toEqual({ state: ["TX"] });
  });

  test("come back as they were written", () => {
    const filters = {
      propertyType: ["mixed_use"],
      state: ["CA", "none"],
      fundId: ["Fund & sons = 1"],
      portfolioId: ["ポートフォリオ"],
      structure: ["whole_loan", "a_note"],
      rateType: ["floating"],
      amortizationType: ["interest_only"],
      maturityTo: "2028-02-29",
    } satisfies ReturnType<typeof filtersFromSearch>;
    expect(read(searchFromFilters(filters))).toEqual(filters);
  });

  test("read the same in whatever order they were written", () => {
    expect(
      searchFromFilters(read("state=TX&propertyType=retail&state=CA&propertyType=office&state=TX")),
    ).toBe("propertyType=office&propertyType=retail&state=CA&state=TX");
  });

  test("leave out what the server would refuse", () => {
    const search =
      "propertyType=castle&rateType=&status=current&status=late&maturityFrom=2027-02-30&maturityTo=soon";
    expect(read(search)).toEqual({ status: ["current"] });
    expect(read("maturityFrom=2026-1-1&state=")).toEqual({});
  });

  test("keep whatever else the address says", () => {
    const search = new URLSearchParams("order=-balance&state=TX&q=harbor");
    expect(searchFromFilters({ state: ["CA"] }, search)).toBe("state=CA&order=-balance&q=harbor");
    expect(searchFromFilters({}, search)).toBe("order=-balance&q=harbor");
  });
});

describe("the basis of income", () => {
  test("is in the address where it is not the usual one", () => {
    expect(read("state=TX&statementBasis=annual")).toEqual({ state: ["TX"], statementBasis: "annual" });
    expect(searchFromFilters(read("statementBasis=annual&state=TX"))).toBe("state=TX&statementBasis=annual");
    expect(read("statementBasis=latest")).toEqual({});
    expect(read("statementBasis=guess")).toEqual({});
    expect(withSetting({ statementBasis: "annual" }, "statementBasis", "latest")).toEqual({});
  });

  test("narrows nothing, and stays when all filters are cleared", () => {
    expect(isFiltered({ statementBasis: "annual" })).toBe(false);
    expect(unfiltered({ statementBasis: "annual", state: ["TX"] })).toEqual({ statementBasis: "annual" });
    expect(narrowed({ statementBasis: "annual" }, { state: ["TX"] })).toEqual({
      state: ["TX"],
      statementBasis: "annual",
    });
  });
});

describe("what counts of a loan, and where its DSCR is from", () => {
  test("are in the address where they are not the usual ones", () => {
    const search = "state=FL&statementBasis=annual&measure=whole&source=reported";
    expect(read(search)).toEqual({
      state: ["FL"],
      statementBasis: "annual",
      measure: "whole",
      source: "reported",
    });
    expect(searchFromFilters(read(search))).toBe(search);
    expect(read("measure=allocated&source=computed")).toEqual({});
    expect(read("measure=half&source=rumor")).toEqual({});
    expect(withSetting({ state: ["FL"] }, "measure", "whole")).toEqual({ state: ["FL"], measure: "whole" });
  });

  test("narrow nothing, and stay when all filters are cleared", () => {
    expect(isFiltered({ measure: "whole", source: "reported" })).toBe(false);
    expect(unfiltered({ measure: "whole", source: "reported", state: ["FL"] })).toEqual({
      measure: "whole",
      source: "reported",
    });
  });

  test("is asked only where loans match by some of their properties", () => {
    expect(isByProperty({ state: ["FL"] })).toBe(true);
    expect(isByProperty({ propertyType: ["office"] })).toBe(true);
    expect(isByProperty({ lenderId: ["a1"], measure: "whole" })).toBe(false);
  });
});

describe("narrowing", () => {
  test("lets a slice take the place of its own field and keeps the others", () => {
    expect(narrowed({ state: ["CA", "TX"], status: ["current"] }, { state: ["TX"] })).toEqual({
      state: ["TX"],
      status: ["current"],
    });
  });

  test("cuts a bar of the maturity wall to the range in force", () => {
    const range = { maturityFrom: "2027-03-15", maturityTo: "2031-06-30" };
    expect(narrowed(range, { maturityFrom: "2027-01-01", maturityTo: "2027-12-31" })).toEqual({
      maturityFrom: "2027-03-15",
      maturityTo: "2027-12-31",
    });
    expect(narrowed({}, range)).toEqual(range);
  });
});

describe("choosing", () => {
  test("replaces a field's values, and removes the field with the last of them", () => {
    expect(withChoices({ state: ["CA"] }, "rateType", ["stepped", "fixed"])).toEqual({
      state: ["CA"],
      rateType: ["fixed", "stepped"],
    });
    expect(withChoices({ state: ["CA"] }, "state", [])).toEqual({});
    expect(isFiltered({})).toBe(false);
  });
});
