import { expect, test } from "vitest";

import { monthsBefore } from "./history";

test.each([
  ["2026-11-23", 24, "2024-11"],
  ["2026-03-31", 1, "2026-02"],
  ["2026-01", 12, "2025-01"],
])("the month before %s by %i is %s", (month, months, before) => {
  expect(monthsBefore(month, months)).toBe(before);
});
