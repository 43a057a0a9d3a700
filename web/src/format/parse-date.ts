/**
 * Dates that people type or paste, as the server takes them: `2030-11-01`. Day and month stand in the order of the
 * person's locale; what could be read in two ways, or is no day of the calendar, is not guessed at.
 */

/** Years of two digits from here on are of the last century: loans run for decades to come, and few begin so early. */
const FIRST_OF_LAST_CENTURY = 70;

type Order = "month-day" | "day-month" | null;

/** A day as `2030-11-01` from `11/1/2030`, `1.11.2030`, `2030/11/01`, `20301101`, `Nov 1, 2030`; null where it is none. */
export function parseDate(text: string, locale: string): string | null {
  const words = text.trim().replace(/\s+/g, " ");
  const yearFirst =
    /^(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})$/.exec(words) ?? /^(\d{4})()(\d{2})(\d{2})$/.exec(words);
  if (yearFirst !== null) return dayOf(yearFirst[1], yearFirst[3], yearFirst[4]);
  const yearLast = /^(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})$/.exec(words);
  if (yearLast !== null) return byOrder(yearLast[1], yearLast[3], fullYear(yearLast[4]), orderOf(locale));
  return byName(words, locale);
}

/** `25` as `2025`, `85` as `1985`: the field shows at once what was understood. */
function fullYear(year = ""): string {
  if (year.length !== 2) return year;
  return `${Number(year) < FIRST_OF_LAST_CENTURY ? "20" : "19"}${year}`;
}

/** A day as people write it into a field: `2030-11-01` as `11/1/2030` in the United States. */
export function dateText(day: string, locale: string): string {
  if (!isDay(day)) return day;
  return dateFormat(locale, { year: "numeric", month: "numeric", day: "numeric" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** How a field for a day is to be filled: `MM/DD/YYYY`. */
export function datePattern(locale: string): string {
  const names: Readonly<Record<string, string>> = { year: "YYYY", month: "MM", day: "DD" };
  return dateFormat(locale, { year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(0)
    .map(({ type, value }) => names[type] ?? value)
    .join("");
}

/** Whether a text is a day as the server takes it. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && parseDate(text, "en") === text;

/** What to write instead of a text that is no date. */
export const dateHint = (locale: string): string => `Enter a date, e.g. ${dateText("2030-11-30", locale)}`;

/** What comes first where the year comes last. Where the year is first by custom, nothing says so. */
function orderOf(locale: string): Order {
  const parts = dateFormat(locale, { year: "numeric", month: "numeric", day: "numeric" }).formatToParts(0);
  const types = parts.map(({ type }) => type).filter((type) => /^(year|month|day)$/.test(type));
  if (types[0] === "month") return "month-day";
  return types[0] === "day" ? "day-month" : null;
}

function byOrder(first = "", second = "", year = "", order: Order): string | null {
  if (order === "month-day") return dayOf(year, first, second);
  if (order === "day-month") return dayOf(year, second, first);
  const readings = new Set(
    [dayOf(year, first, second), dayOf(year, second, first)].filter((day) => day !== null),
  );
  return readings.size === 1 ? ([...readings][0] ?? null) : null;
}

/** `Nov 1, 2030`, `1 November 2030`, `1-Nov-2030`, and the same with the locale's own names. */
function byName(words: string, locale: string): string | null {
  const tokens = words
    .toLowerCase()
    .split(/[\s,.\-/]+/)
    .filter((token) => token !== "");
  const [first = "", second = "", year = ""] = tokens;
  if (tokens.length !== 3 || !/^\d{4}$/.test(year)) return null;
  const names = monthNames(locale);
  const [name, day] = /^\d{1,2}$/.test(first) ? [second, first] : [first, second];
  const month = names.get(name);
  return month === undefined || !/^\d{1,2}$/.test(day) ? null : dayOf(year, String(month), day);
}

function monthNames(locale: string): ReadonlyMap<string, number> {
  const names = new Map<string, number>([["sept", 9]]);
  for (const language of ["en-US", locale]) {
    for (const style of ["short", "long"] as const) {
      const format = dateFormat(language, { day: "numeric", month: style });
      for (let month = 1; month <= 12; month += 1) {
        const parts = format.formatToParts(Date.UTC(2030, month - 1, 1));
        const name = parts.find(({ type }) => type === "month")?.value ?? "";
        names.set(name.toLowerCase().replace(/\.$/, ""), month);
      }
    }
  }
  return names;
}

/** A day that exists; null where the calendar has none such. */
function dayOf(year = "", month = "", day = ""): string | null {
  const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const moment = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== text ? null : text;
}

/** Of the calendar and the digits that business dates are written in. */
function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, {
    ...options,
    calendar: "gregory",
    numberingSystem: "latn",
    timeZone: "UTC",
  });
}
