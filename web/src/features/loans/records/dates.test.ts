import { describe, expect, it } from "vitest";

import { daysBetween, distanceWords } from "./dates";

describe("daysBetween", () => {
  it.each([
    ["2026-11-23", "2026-11-23", 0],
    ["2026-03-01", "2026-04-01", 31], // over the change to summer time
    ["2026-11-23", "2026-11-20", -3],
    ["2024-02-28", "2024-03-01", 2],
  ])("counts from %s to %s %i", (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
  });
});

describe("distanceWords", () => {
  it.each([
    [1512, "in 1,512 days"],
    [0, "today"],
    [1, "in 1 day"],
    [-12, "12 days ago"],
  ])("tells %i as %s", (days, words) => {
    expect(distanceWords(days, "en-US")).toBe(words);
  });
});
