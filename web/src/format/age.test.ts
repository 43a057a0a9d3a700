import { expect, it } from "vitest";

import { dayIn, daysBetween, distanceWords, monthsBetween, spanWords } from "./age";

const formats = { locale: "en-US", currency: "USD" };

it.each([
  ["America/New_York", "2026-11-28"],
  ["Europe/London", "2026-11-29"],
  ["Asia/Tokyo", "2026-11-29"],
])("the day in %s is %s", (timezone, day) => {
  expect(dayIn(timezone, new Date("2026-11-29T02:00:00Z"))).toBe(day);
});

it.each([
  ["2026-11-23", "2026-11-23", 0],
  ["2026-03-01", "2026-04-01", 31], // over the change to summer time
  ["2026-11-23", "2026-11-20", -3],
  ["2024-02-28", "2024-03-01", 2],
])("from %s to %s are %i days", (from, to, days) => {
  expect(daysBetween(from, to)).toBe(days);
});

it.each([
  ["2019-06-11", "2026-11-28", 89, "7 years 5 months"],
  ["2025-12-11", "2026-11-29", 11, "11 months"],
  ["2025-11-29", "2026-11-29", 12, "1 year"],
  ["2026-10-01", "2026-11-01", 1, "31 days"],
  ["2026-11-28", "2026-11-29", 0, "1 day"],
])("from %s to %s are %i months: %s", (from, to, months, words) => {
  expect(monthsBetween(from, to)).toBe(months);
  expect(spanWords(from, to)).toBe(words);
});

it.each([
  [8744, "in 23.9 years"],
  [730, "in 2.0 years"],
  [426, "in 14 months"],
  [60, "in 60 days"],
  [1, "in 1 day"],
  [0, "today"],
  [-12, "12 days ago"],
  [-1728, "4.7 years ago"],
])("%i days are told as %s", (days, words) => {
  expect(distanceWords(days, formats)).toBe(words);
});
