import { describe, expect, it } from "vitest";

import { parseAmount, parsePercent, percentText } from "./parse";

describe("parseAmount", () => {
  it.each([
    ["$1,250,000.00", "1250000"],
    ["1.25m", "1250000"],
    ["1.25 MM", "1250000"],
    ["949,066,382.67", "949066382.67"],
    ["(1,250.50)", "-1250.5"],
    ["1 250 000", "1250000"],
    ["1'250'000.25", "1250000.25"],
    ["250k", "250000"],
    ["USD 12", "12"],
    ["0.1", "0.1"],
    ["9007199254740993.01", "9007199254740993.01"],
  ])("reads %s as %s", (text, amount) => {
    expect(parseAmount(text)).toBe(amount);
  });

  it.each(["", "abc", "1.250.000,00", "1,25", "12,34,567", "1.234", "5 %", "1e6", "--5"])(
    "does not guess at %s",
    (text) => {
      expect(parseAmount(text)).toBeNull();
    },
  );
});

describe("parsePercent", () => {
  it.each([
    ["5.25%", "0.0525"],
    ["5.25", "0.0525"],
    ["5 1/4 %", "0.0525"],
    ["5 5/16", "0.053125"],
    ["1/8%", "0.00125"],
    ["525 bp", "0.0525"],
    ["6.318105 %", "0.06318105"],
    ["100%", "1"],
    ["-0.25%", "-0.0025"],
    ["0", "0"],
  ])("reads %s as %s", (text, fraction) => {
    expect(parsePercent(text)).toBe(fraction);
  });

  it.each(["", "%", "5 1/3 %", "5.5 1/4 %", "5 4/4", "five", "5,25%"])("does not guess at %s", (text) => {
    expect(parsePercent(text)).toBeNull();
  });
});

describe("percentText", () => {
  it.each([
    ["0.0525", "5.25"],
    ["0.06318105", "6.318105"],
    ["1", "100"],
    ["0", "0"],
    ["-0.0025", "-0.25"],
    ["five", "five"],
  ])("shows %s as %s", (fraction, text) => {
    expect(percentText(fraction)).toBe(text);
  });

  it.each(["0.0525", "0.06318105", "0.00125", "1"])("shows %s as what is read back", (fraction) => {
    expect(parsePercent(percentText(fraction))).toBe(fraction);
  });
});
