import { expect, test } from "vitest";

import { aboutRatio } from "./ratio-note";

const formats = { locale: "en-US", currency: "USD" };
const balance = {
  name: "allocated balance",
  value: "39500000.00",
  asOf: "2025-12-01",
  basis: null,
  old: false,
};
const value = { name: "value", value: "70250000.00", asOf: "2024-11-15", basis: null, old: false };
const ratio = { formula: "allocated balance / value", leftOut: null, inputs: [balance, value] };

test("a ratio of a property says what it is made of, and what of that is old", () => {
  expect(aboutRatio(ratio, formats)).toBe("allocated balance / value");
  expect(aboutRatio({ ...ratio, inputs: [balance, { ...value, old: true }] }, formats)).toBe(
    "allocated balance / value (value of Nov 15, 2024)",
  );
});

test("one that is missing says why", () => {
  expect(aboutRatio({ ...ratio, inputs: [], leftOut: "no loan on it owes anything" }, formats)).toBe(
    "no loan on it owes anything",
  );
});
