import { expect, test } from "vitest";

import { datesText, isOld } from "./standing";

test("a figure is marked where either of its sums is old", () => {
  const sum = { name: "Σ", value: "1.00" };
  expect(isOld({ numerator: { ...sum, old: true }, denominator: sum })).toBe(true);
  expect(isOld({ numerator: sum, denominator: { ...sum, old: true } })).toBe(true);
  expect(isOld({ numerator: sum, denominator: null })).toBe(false);
});

test("dates are one, or from the earliest to the latest", () => {
  const formats = { locale: "en-US", currency: "USD" };
  const [earliest, latest] = ["2024-12-31", "2025-09-30"];
  expect(datesText({ earliest, latest }, formats)).toBe("Dec 31, 2024 to Sep 30, 2025");
  expect(datesText({ earliest: latest, latest }, formats)).toBe("Sep 30, 2025");
});
