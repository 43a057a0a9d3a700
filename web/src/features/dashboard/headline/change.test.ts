import { expect, test } from "vitest";

import type { Kind } from "../figures/figure-words";
import { changeOf } from "./change";

const formats = { locale: "en-US", currency: "USD" };
const points = (...values: (string | null)[]) =>
  values.map((value, index) => ({ month: `2026-${String(index + 8).padStart(2, "0")}`, value }));

test.each<[Kind, string, string, string]>([
  ["money", "2051475000.00", "2045295553.35", "▼ 0.3% vs Aug 2026"],
  ["money", "100.00", "250.00", "▲ 150.0% vs Aug 2026"],
  ["money", "100000000.00", "100000001.00", "Unchanged vs Aug 2026"],
  ["rate", "0.0540", "0.0542", "▲ 2 bp vs Aug 2026"],
  ["percent", "0.5499", "0.5477", "▼ 22 bp vs Aug 2026"],
  ["multiple", "1.71", "1.69", "▼ 0.02x vs Aug 2026"],
  ["years", "3.80", "3.72", "▼ 0.08 years vs Aug 2026"],
  ["count", "60", "60", "Unchanged vs Aug 2026"],
])("of a figure of kind %s from %s to %s", (kind, from, to, text) => {
  expect(changeOf(kind, points(from, to), formats)?.text).toBe(text);
});

test("is not told where a month is not known", () => {
  expect(changeOf("money", points("1.00"), formats)).toBeNull();
  expect(changeOf("money", points("1.00", null), formats)).toBeNull();
  expect(changeOf("money", [], formats)).toBeNull();
});
