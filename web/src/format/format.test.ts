import { expect, it } from "vitest";

import { dealOf, exactRate, percent, rate, sentence, shortMoney, shortNumber } from "./format";

const formats = { locale: "en-US", currency: "USD" };

it.each([
  ["2045295553.35", "$2.05B"],
  ["1968100000.00", "$1.97B"],
  ["520200000.00", "$520M"],
  ["70000000.00", "$70.0M"],
  ["38700000.00", "$38.7M"],
  ["999999.99", "$1.00M"],
  ["0.00", "$0.00"],
])("%s is short for %s, in three digits", (value, text) => {
  expect(shortMoney(value, formats)).toBe(text);
});

it("a rate has three decimals where it is compared, and all of them where it is a term", () => {
  expect(["0.067", "0.06055", "0.0558"].map((value) => rate(value, formats))).toEqual([
    "6.700%",
    "6.055%",
    "5.580%",
  ]);
  expect(exactRate("0.04549797", formats)).toBe("4.549797%");
  expect(exactRate("0.0575", formats)).toBe("5.75%");
});

it("any other percentage has two", () => {
  expect(percent("0.271", formats)).toBe("27.10%");
  expect(percent("0.5999", formats)).toBe("59.99%");
});

it.each([
  ["RI-1001", "RI-1001", null],
  ["benchmark-2026-b42.ex102/36", "…/36", "benchmark-2026-b42.ex102"],
  ["benchmark-2026-b42.ex102/36A-2", "…/36A-2", "benchmark-2026-b42.ex102"],
  ["0123456789-0123456789", "…-0123456789", null],
  ["ubs-2017-c1/29", "…/29", "ubs-2017-c1"],
])("%s is shown as %s, of deal %s", (number, short, deal) => {
  expect(shortNumber(number)).toBe(short);
  expect(dealOf(number)).toBe(deal);
});

it("dates in a sentence of the server's read as everywhere", () => {
  expect(sentence("It stands as recorded as of 2026-11-01, not of 2026-12-31.", formats)).toBe(
    "It stands as recorded as of Nov 1, 2026, not of Dec 31, 2026.",
  );
  expect(sentence("Loan 2026-11 of 12026-11-011", formats)).toBe("Loan 2026-11 of 12026-11-011");
});
