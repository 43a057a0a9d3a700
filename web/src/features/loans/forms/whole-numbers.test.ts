import { describe, expect, it } from "vitest";

import { parseMonths, parseWhole } from "./whole-numbers";

describe("parseMonths", () => {
  it.each([
    ["360", "360"],
    [" 30y ", "360"],
    ["30 years", "360"],
    ["2.5 yr", "30"],
    ["1 Year", "12"],
    ["60 mo", "60"],
    ["0", "0"],
    ["1,200", "1200"],
  ])("reads %s as %s", (text, months) => {
    expect(parseMonths(text, "en-US")).toBe(months);
  });

  it.each(["", "thirty", "2.4y", "-3", "1.5", "30 days"])("does not guess at %s", (text) => {
    expect(parseMonths(text, "en-US")).toBeNull();
  });
});

describe("parseWhole", () => {
  it.each([
    ["007", "7"],
    ["1,250", "1250"],
    ["12.5", null],
    ["12,5", null],
    ["", null],
  ])("reads %s as %s", (text, number) => {
    expect(parseWhole(text, "en-US")).toBe(number);
  });

  it("keeps thousands apart as the locale does", () => {
    expect(parseWhole("1.250", "de-DE")).toBe("1250");
    expect(parseWhole("1,250", "de-DE")).toBeNull();
    expect(parseMonths("2,5 y", "de-DE")).toBe("30");
  });
});
