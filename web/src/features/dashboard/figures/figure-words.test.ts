import { expect, test } from "vitest";

import { figureText, sumText } from "./figure-words";

const formats = { locale: "en-US", currency: "USD" };

test.each([
  ["money", "2045295553.35", "$2,045,295,553.35"],
  ["rate", "0.05424910", "5.425%"],
  ["rate", "0.04757169", "4.757%"],
  ["percent", "0.547695", "54.77%"],
  ["multiple", "1.707155", "1.71x"],
  ["years", "3.740810", "3.74 years"],
  ["months", "44.8897", "44.9 months"],
  ["count", "1234", "1,234"],
  ["index", "0.200327", "2,003"],
  ["index", "1.000000", "10,000"],
  ["years", "4.000000", "4.00 years"],
  ["years", null, "–"],
] as const)("a figure of kind %s reads as people write it", (kind, value, text) => {
  expect(figureText(kind, value, formats)).toBe(text);
});

test("an amount is short where there is little room", () => {
  expect(figureText("money", "2045295553.35", formats, { short: true })).toBe("$2.05B");
});

test("sums keep the digits that a figure rounds", () => {
  expect(sumText("money", "110955443.1863120000", formats)).toBe("$110,955,443.186312");
  expect(sumText("money", "2045295553.35", formats)).toBe("$2,045,295,553.35");
  expect(sumText("number", "4183233900553282696.2225", formats)).toBe("4,183,233,900,553,282,696.2225");
});
