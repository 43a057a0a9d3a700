import { describe, expect, it } from "vitest";

import { fieldLabel, stillSaid, valueAt, valueWords } from "./citable-fields";

const US = { locale: "en-US", currency: "USD" };
const LOAN = { rate: "0.0575", maturityDate: "2036-02-01", terms: { graceDays: 5, floating: null } };

describe("valueAt", () => {
  it.each([
    ["rate", "0.0575"],
    ["terms.graceDays", "5"],
    ["terms.floating.spread", null],
    ["terms", null],
    ["unheard.of", null],
  ])("says what is at %s", (field, value) => {
    expect(valueAt(LOAN, field)).toBe(value);
  });
});

describe("valueWords", () => {
  it.each([
    ["rate", "0.0575", "5.75%"],
    ["maturityDate", "2036-02-01", "Feb 1, 2036"],
    ["originalBalance", "7200000.00", "$7,200,000.00"],
    ["terms.dayCount", "actual_360", "Actual/360"],
    ["borrower", "Harbor LLC", "Harbor LLC"],
    ["rate", null, "–"],
  ])("writes %s %s as people do", (field, value, words) => {
    expect(valueWords(field, value, US)).toBe(words);
  });
});

describe("stillSaid", () => {
  it("takes a number for the same with other zeros, and a date for itself alone", () => {
    expect(stillSaid("0.0575", "0.057500")).toBe(true);
    expect(stillSaid("1200", "120")).toBe(false);
    expect(stillSaid("2036-02-01", "2036-02-10")).toBe(false);
    expect(stillSaid("0.05", null)).toBe(false);
    expect(stillSaid(null, "0.05")).toBe(true);
  });
});

it("calls a field that is not known by its path", () => {
  expect(fieldLabel("maturityDate")).toBe("Maturity");
  expect(fieldLabel("terms.other")).toBe("terms.other");
});
