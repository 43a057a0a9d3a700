import { expect, test } from "vitest";

import { breakWords } from "./break-words";

const formats = { locale: "en-US", currency: "USD" };
const point = (month: string, value: string | null, missingShare = "0.000000") => ({
  month,
  value,
  missingShare,
});

test("a break says which months have no value, and how much of the balance is not known at most", () => {
  const points = [
    point("2025-01", null, "0.750000"),
    point("2025-02", null, "0.400000"),
    point("2025-03", "1"),
    point("2025-04", null, "0.061000"),
    point("2025-05", "1", "0.020000"),
  ];
  expect(breakWords(points, formats)).toBe(
    "No value for Jan 2025 to Feb 2025, Apr 2025: up to 75.00% of the balance is not known.",
  );
});

test("a figure that has no value for another reason is no break", () => {
  expect(breakWords([point("2025-01", null), point("2025-02", "1")], formats)).toBeNull();
});
