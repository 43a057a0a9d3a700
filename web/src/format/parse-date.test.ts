import { describe, expect, it } from "vitest";

import { dateHint, datePattern, dateText, isDay, parseDate } from "./parse-date";

describe("parseDate", () => {
  it.each([
    ["2030-11-01", "2030-11-01"],
    ["2030/01/15", "2030-01-15"],
    ["2030.1.5", "2030-01-05"],
    ["20260304", "2026-03-04"],
    ["05/04/2026", "2026-05-04"],
    ["5/4/2026", "2026-05-04"],
    ["12/05/2030", "2030-12-05"],
    ["01-15-2030", "2030-01-15"],
    ["4.3.2026", "2026-04-03"],
    [" 11 / 1 / 2030 ", "2030-11-01"],
    ["Nov 1, 2030", "2030-11-01"],
    ["November 1, 2030", "2030-11-01"],
    ["1 Nov 2030", "2030-11-01"],
    ["1-NOV-2030", "2030-11-01"],
    ["Sept. 1, 2030", "2030-09-01"],
    ["2/29/2028", "2028-02-29"],
    ["6/30/25", "2025-06-30"],
    ["12/31/55", "2055-12-31"],
    ["12/31/98", "1998-12-31"],
  ])("reads %s as %s in the United States", (text, day) => {
    expect(parseDate(text, "en-US")).toBe(day);
  });

  it.each(["en-GB", "de-DE", "fr-FR", "en-AU"])("reads the day first in %s", (locale) => {
    expect(parseDate("3/4/2026", locale)).toBe("2026-04-03");
    expect(parseDate("31.12.2030", locale)).toBe("2030-12-31");
    expect(parseDate("13/04/2026", locale)).toBe("2026-04-13");
  });

  it("reads the names that the locale has for months", () => {
    expect(parseDate("1. März 2030", "de-DE")).toBe("2030-03-01");
    expect(parseDate("1 févr. 2030", "fr-FR")).toBe("2030-02-01");
  });

  it("takes only what is clear where custom puts the year first", () => {
    expect(parseDate("31/12/2030", "sv-SE")).toBe("2030-12-31");
    expect(parseDate("4/4/2030", "sv-SE")).toBe("2030-04-04");
    expect(parseDate("3/4/2030", "sv-SE")).toBeNull();
  });

  it.each(["", "13/04/2026", "31/12/2030", "2/30/2030", "2/29/2030", "3/4", "2030", "1/2-2030", "soon"])(
    "does not guess at %s",
    (text) => {
      expect(parseDate(text, "en-US")).toBeNull();
    },
  );

  it.each(["en-US", "en-GB", "de-DE", "sv-SE", "ja-JP", "ar-EG", "fa-IR", "th-TH"])(
    "reads what the server sends back wherever one is: %s",
    (locale) => {
      expect(parseDate("2030-02-03", locale)).toBe("2030-02-03");
    },
  );
});

describe("a field for a date", () => {
  it.each([
    ["en-US", "11/30/2030", "MM/DD/YYYY"],
    ["en-GB", "30/11/2030", "DD/MM/YYYY"],
    ["de-DE", "30.11.2030", "DD.MM.YYYY"],
    ["sv-SE", "2030-11-30", "YYYY-MM-DD"],
  ])("shows and asks for dates as they are written in %s: %s", (locale, text, pattern) => {
    expect(dateText("2030-11-30", locale)).toBe(text);
    expect(parseDate(text, locale)).toBe("2030-11-30");
    expect(datePattern(locale)).toBe(pattern);
    expect(dateHint(locale)).toBe(`Enter a date, e.g. ${text}`);
  });

  it("shows what is no date as it is", () => {
    expect(dateText("soon", "en-US")).toBe("soon");
  });
});

describe("isDay", () => {
  it.each([
    ["2030-11-01", true],
    ["2030-11-31", false],
    ["11/1/2030", false],
    ["", false],
  ])("of %s: %s", (text, day) => {
    expect(isDay(text)).toBe(day);
  });
});
