import { expect, test } from "vitest";

import { coversLittle, datesText, isOld } from "./standing";

test("a ratio of less than 80 % of the balance is marked", () => {
  const marked = (share: string | null) => coversLittle({ coverage: { balance: "1.00", share } });
  expect([null, "1.000000", "0.800000", "0.799999", "0.000000"].map(marked)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
  expect(coversLittle({ coverage: null })).toBe(false);
});

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
