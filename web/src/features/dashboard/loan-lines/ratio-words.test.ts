import { expect, test } from "vitest";

import { ratioWords } from "./ratio-words";

const formats = { locale: "en-US", currency: "USD" };

test("a ratio through a lien position says which debt of others is counted in it", () => {
  expect(ratioWords({ gaps: [], balanceBefore: "9800000.00" }, "0.822222", formats)).toBe(
    "Counts $9,800,000.00 of other loans that rank before or with it",
  );
});

test("of a loan alone on its properties, or a first lien, there is nothing to say", () => {
  expect(ratioWords({ gaps: [], balanceBefore: null }, "0.544444", formats)).toBeNull();
  expect(ratioWords({ gaps: [], balanceBefore: "0.00" }, "0.544444", formats)).toBeNull();
});

test("a ratio that is missing says why", () => {
  expect(ratioWords({ gaps: ["one", "other"], balanceBefore: null }, null, formats)).toBe("one; other");
  expect(ratioWords({ gaps: [], balanceBefore: null }, null, formats)).toBeNull();
});
