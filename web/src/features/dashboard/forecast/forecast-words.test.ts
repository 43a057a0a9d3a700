import { expect, test } from "vitest";

import { type Forecast, type MonthOfLoans } from "./api/forecast";
import { chartWords, horizonFrom, monthFrom, monthLines, reasonWords } from "./forecast-words";

const formats = { locale: "en-US", currency: "USD" };
const MARCH: MonthOfLoans = {
  month: "2026-03-01",
  loans: 2,
  balloons: 1,
  interest: "48750.00",
  projectedInterest: "0.00",
  principal: "31250.00",
  balloon: "9000000.00",
  debtService: "80000.00",
  total: "9080000.00",
};
const forecast = { months: [MARCH, { ...MARCH, month: "2026-04-01" }] } as unknown as Forecast;

test("an address says how far a forecast looks, and what cannot be is passed over", () => {
  const read = (search: string) => horizonFrom(new URLSearchParams(search));
  expect(read("")).toEqual({ months: 24, scenario: "flat", shift: 0 });
  expect(read("months=60&scenario=forward&shift=-50")).toEqual({
    months: 60,
    scenario: "forward",
    shift: -50,
  });
  expect(read("months=7&shift=much")).toEqual({ months: 24, scenario: "flat", shift: 0 });
  expect(read("shift=1001").shift).toBe(0);
});

test("a month of an address is one of the forecast's, or none", () => {
  const read = (search: string) => monthFrom(new URLSearchParams(search), forecast);
  expect(read("month=2026-04")?.month).toBe("2026-04-01");
  expect(read("month=2031-04")).toBeNull();
  expect(read("")).toBeNull();
  expect(monthFrom(new URLSearchParams("month=2026-04"), undefined)).toBeNull();
});

test("a month says what falls due, and nothing of what does not", () => {
  expect(monthLines(MARCH, formats)).toEqual([
    "Debt service $80,000.00",
    "Interest $48,750.00",
    "Principal $31,250.00",
    "Balloons $9,000,000.00",
  ]);
  expect(monthLines({ ...MARCH, projectedInterest: "48750.00" }, formats)[2]).toBe(
    "of it projected $48,750.00",
  );
});

test("the chart is put into words", () => {
  expect(chartWords(forecast, formats)).toBe(
    "Balloons above, interest and principal below, of 2 months from Mar 2026 to Apr 2026",
  );
});

test("a reason begins as a sentence does", () => {
  expect(reasonWords("it was due on 2026-03-01 and is still owed", formats)).toBe(
    "It was due on Mar 1, 2026 and is still owed",
  );
});
