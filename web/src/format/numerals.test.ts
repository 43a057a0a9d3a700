import { describe, expect, it } from "vitest";

import { grouped, marked, readNumber } from "./numerals";

describe("readNumber", () => {
  it.each([
    ["1,250,000.00", "en-US", "1250000.00"],
    ["1 250 000", "en-US", "1250000"],
    [".5", "en-US", "0.5"],
    ["007", "en-US", "7"],
    ["1.250.000,00", "de-DE", "1250000.00"],
    ["1.250", "de-DE", "1250"],
    ["5,125", "de-DE", "5.125"],
    ["1 250 000,5", "fr-FR", "1250000.5"],
    ["1\u202f250\u202f000,5", "fr-FR", "1250000.5"],
    ["1.250.000,50", "de-AT", "1250000.50"],
    ["1'250'000.5", "de-CH", "1250000.5"],
    ["12,50,000.00", "en-IN", "1250000.00"],
  ])("reads %s as the locale %s writes it: %s", (text, locale, number) => {
    expect(readNumber(text, locale)).toBe(number);
  });

  it.each([
    ["1,250,000.00", "1250000.00"],
    ["1,250,000", "1250000"],
    ["1250000.50", "1250000.50"],
    ["5.25", "5.25"],
    ["0.125", "0.125"],
  ])("reads %s also in Germany, where it can mean nothing else: %s", (text, number) => {
    expect(readNumber(text, "de-DE")).toBe(number);
  });

  it.each([
    ["", "en-US"],
    [".", "en-US"],
    ["1,25", "en-US"],
    ["12,34,567", "en-US"],
    ["1,250'000", "en-US"],
    ["1.250.000,00", "en-US"],
    ["1,250.000,00", "de-DE"],
    ["1.25.0", "de-DE"],
    ["12x", "de-DE"],
  ])("does not guess at %s in %s", (text, locale) => {
    expect(readNumber(text, locale)).toBeNull();
  });

  it.each([
    ["5,125", "en-US"],
    ["5.125", "de-DE"],
  ])("does not take %s in %s for thousands where there are none", (text, locale) => {
    expect(readNumber(text, locale, { groups: false })).toBeNull();
  });
});

describe("grouped", () => {
  it.each([
    ["1250000.5", "en-US", "1,250,000.50"],
    ["1250000.5", "de-DE", "1.250.000,50"],
    ["9007199254740993.01", "en-US", "9,007,199,254,740,993.01"],
    ["-12.00", "en-US", "-12.00"],
    ["1250000", "en-IN", "12,50,000.00"],
    ["abc", "de-DE", "abc"],
  ])("shows %s in %s as %s", (value, locale, text) => {
    expect(grouped(value, 2, locale)).toBe(text);
  });

  it.each([
    "en-US",
    "en-GB",
    "en-IN",
    "de-DE",
    "de-AT",
    "de-CH",
    "fr-FR",
    "es-ES",
    "pl-PL",
    "pt-BR",
    "sv-SE",
    "ar-EG",
  ])("shows in %s what is read back", (locale) => {
    for (const value of ["1250000.50", "1250.50", "999.25", "0.50"]) {
      expect(readNumber(grouped(value, 2, locale), locale)).toBe(value);
    }
  });
});

describe("marked", () => {
  it.each([
    ["5.25", "en-US", "5.25"],
    ["5.25", "de-DE", "5,25"],
    ["five", "de-DE", "five"],
  ])("shows %s in %s as %s", (value, locale, text) => {
    expect(marked(value, locale)).toBe(text);
  });
});
