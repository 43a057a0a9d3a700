import { describe, expect, it } from "vitest";

import { fieldWords, valueWords } from "./field-words";
import { draftOf } from "./loan-draft";
import { FULL_LOAN } from "./loan-full-example";

const FORMATS = { locale: "en-US", currency: "USD" };
const NAMES = new Map([
  ["lender", "First Bank"],
  ["property-1", "Larkspur (East)"],
]);

describe("fieldWords", () => {
  it.each([
    ["originalBalance", "Original balance"],
    ["terms.firstPaymentDate", "First payment"],
    ["terms.floating.rateFloor", "Floating terms: rate floor"],
    ["terms.prepayment[1].until", "Prepayment phase 2: until"],
    ["properties[0].allocatedAmount", "Property 1: allocated amount"],
    ["properties[property-1].allocatedAmount", "Property Larkspur (East): allocated amount"],
    ["customFields.a.b", "Custom field “a.b”"],
    ["tags[watch]", "Tag “watch”"],
    ["reported.dscr", "Reported by the servicer: DSCR"],
    ["somethingNew", "Something new"],
  ])("calls %s %s", (path, words) => {
    expect(fieldWords(path, NAMES)).toBe(words);
  });

  it("knows every field a person can change", () => {
    const names = (value: object): string[] =>
      Object.entries(value).flatMap(([name, inner]) =>
        name === "customFields"
          ? []
          : [name, ...(inner !== null && typeof inner === "object" ? names(inner as object) : [])],
      );
    for (const name of names(draftOf(FULL_LOAN)).filter((found) => !/^\d+$/.test(found))) {
      expect(fieldWords(name, NAMES), name).not.toMatch(/_|[a-z][A-Z]/);
    }
  });
});

describe("valueWords", () => {
  it.each([
    ["originalBalance", "7200000.00", ["$7,200,000.00"]],
    ["rate", "0.06318105", ["6.318105%"]],
    ["maturityDate", "2031-01-01", ["Jan 1, 2031"]],
    ["status", "30_days", ["30 days past due"]],
    ["terms.dayCount", "30_360", ["30/360"]],
    ["lenderId", "lender", ["First Bank"]],
    ["terms.amortizationMonths", 360, ["360 months"]],
    ["modified", true, ["Yes"]],
    ["servicer", null, ["–"]],
    ["terms.reserves", [], ["None"]],
    ["customFields.4", "4.50", ["4.50"]],
    [
      "properties[property-1]",
      { propertyId: "property-1", allocatedAmount: "5.00" },
      ["Larkspur (East), allocated amount $5.00"],
    ],
    ["terms.rateSteps", [{ fromDate: "2027-01-01", rate: "0.06" }], ["from Jan 1, 2027, rate 6.00%"]],
  ])("tells %s %s as %s", (path, value, words) => {
    expect(valueWords(path, value, FORMATS, NAMES)).toEqual(words);
  });
});
