import { expect, test } from "vitest";

import { monthsBefore, reportedTo } from "./history";

test.each([
  ["2026-11-23", 24, "2024-11"],
  ["2026-03-31", 1, "2026-02"],
  ["2026-01", 12, "2025-01"],
])("the month before %s by %i is %s", (month, months, before) => {
  expect(monthsBefore(month, months)).toBe(before);
});

test("a history goes on to the date that balances are rolled forward to", () => {
  const outstanding = { asOf: { earliest: "2025-12-11", latest: "2025-12-31" } };
  const data = { businessDate: "2027-06-30", figures: { outstanding }, rolled: null };
  const shown = (rolled: unknown) => reportedTo({ ...data, rolled } as Parameters<typeof reportedTo>[0]);
  expect(shown(null)).toBe("2025-12");
  expect(shown({ loans: 0 })).toBe("2025-12");
  expect(shown({ loans: 2 })).toBe("2027-06");
});
