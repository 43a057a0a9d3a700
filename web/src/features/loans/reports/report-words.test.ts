import { expect, it } from "vitest";

import { rhythmWords } from "./report-words";

it("says how often a report is made", () => {
  const at = { weekday: 5, day: 31, hour: 18 };
  expect(rhythmWords({ ...at, every: "day" }, "en-US")).toMatch(/^Every day at 6:00\sPM$/);
  expect(rhythmWords({ ...at, every: "week" }, "en-US")).toMatch(/^Every Friday at 6:00\sPM$/);
  expect(rhythmWords({ ...at, every: "month" }, "en-US")).toMatch(/^Every month on day 31 at 6:00\sPM$/);
});
