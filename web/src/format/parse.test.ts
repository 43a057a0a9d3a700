import { describe, expect, it } from "vitest";

import { meantPercent, parseAmount, parseDecimal, parsePercent, percentHint, percentText } from "./parse";

const US = "en-US";
const GERMAN = "de-DE";

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
    ["1250.000", "1250"],
    ["9007199254740993.01", "9007199254740993.01"],
  ])("reads %s as %s", (text, amount) => {
    expect(parseAmount(text, US)).toBe(amount);
  });

  it.each(["", "abc", "1.250.000,00", "1,25", "12,34,567", "1 25", "1.234", "5 %", "1e6", "--5"])(
    "does not guess at %s",
    (text) => {
      expect(parseAmount(text, US)).toBeNull();
    },
  );

  it.each([
    ["1.250.000,00", "1250000"],
    ["1.250.000,00 €", "1250000"],
    ["1.250", "1250"],
    ["1,25m", "1250000"],
    ["1,250,000.00", "1250000"],
    ["1250000.50", "1250000.5"],
  ])("reads %s in Germany as %s", (text, amount) => {
    expect(parseAmount(text, GERMAN)).toBe(amount);
  });

  it.each(["1,250", "1,234"])("does not guess in Germany whether %s are thousands", (text) => {
    expect(parseAmount(text, GERMAN)).toBeNull();
  });
});

describe("parsePercent", () => {
  it.each([
    ["5.25%", "0.0525"],
    ["5.25", "0.0525"],
    ["5 1/4 %", "0.0525"],
    ["5 5/16", "0.053125"],
    ["15/16", "0.009375"],
    ["5 15/16", "0.059375"],
    ["1/8%", "0.00125"],
    ["525 bp", "0.0525"],
    ["1,250 bp", "0.125"],
    ["6.318105 %", "0.06318105"],
    ["100%", "1"],
    ["-0.25%", "-0.0025"],
    ["0", "0"],
  ])("reads %s as %s", (text, fraction) => {
    expect(parsePercent(text, US)).toBe(fraction);
  });

  it.each(["", "%", "5 1/3 %", "5.5 1/4 %", "5 4/4", "five", "5,25%", "5,125", "101", "5125", "100.5 %"])(
    "does not guess at %s",
    (text) => {
      expect(parsePercent(text, US)).toBeNull();
    },
  );

  it("takes the comma for what it is in Germany, and a point that may be either for nothing", () => {
    expect(parsePercent("5,125", GERMAN)).toBe("0.05125");
    expect(parsePercent("5,25 %", GERMAN)).toBe("0.0525");
    expect(parsePercent("5.25", GERMAN)).toBe("0.0525");
    expect(parsePercent("5.125", GERMAN)).toBeNull();
  });
});

describe("percentHint", () => {
  it.each([
    ["5 1/3", US, "Enter a percentage, e.g. 5.25 or 5 1/4. Write endless fractions such as 1/3 as decimals"],
    ["525", US, "More than 100 %. Enter a percentage, e.g. 5.25"],
    ["5,125", US, "Enter a percentage, e.g. 5.25, 5 1/4 or 525 bp"],
    ["5.125", GERMAN, "Enter a percentage, e.g. 5,25, 5 1/4 or 525 bp"],
    ["five", US, "Enter a percentage, e.g. 5.25, 5 1/4 or 525 bp"],
  ])("says of %s in %s: %s", (text, locale, hint) => {
    expect(percentHint(text, locale)).toBe(hint);
  });
});

describe("meantPercent", () => {
  it.each([
    ["0.0525", US, "5.25"],
    ["0,0525", GERMAN, "5,25"],
    ["0.05", US, "5"],
    ["-0.0025", US, "0.25"],
  ])("asks of %s in %s whether it is %s", (text, locale, meant) => {
    expect(meantPercent(text, locale)).toBe(meant);
  });

  it.each(["5.25", "0.1", "0.25", "0", "0.05 %", "5 bp", "1/16 %", "five", ""])(
    "asks nothing of %s",
    (text) => {
      expect(meantPercent(text, US)).toBeNull();
    },
  );
});

describe("parseDecimal", () => {
  it.each([
    ["1.25", US, "1.25"],
    ["-1.25", US, "-1.25"],
    ["1,25", GERMAN, "1.25"],
    ["1.25", GERMAN, "1.25"],
  ])("reads %s in %s as %s", (text, locale, value) => {
    expect(parseDecimal(text, locale)).toBe(value);
  });

  it.each(["", "-", "1,250", "one"])("does not guess at %s", (text) => {
    expect(parseDecimal(text, US)).toBeNull();
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
    expect(percentText(fraction, US)).toBe(text);
  });

  it.each(["0.0525", "0.06318105", "0.05125", "0.00125", "1"])(
    "shows %s as what is read back",
    (fraction) => {
      expect(parsePercent(percentText(fraction, US), US)).toBe(fraction);
      expect(parsePercent(percentText(fraction, GERMAN), GERMAN)).toBe(fraction);
    },
  );
});
