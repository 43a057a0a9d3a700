import { readNumber } from "@/format/numerals";

/** A whole number as the locale writes it, `1,200` too; null where it is none. */
export function parseWhole(text: string, locale: string): string | null {
  const number = readNumber(text, locale);
  return number !== null && /^\d{1,9}$/.test(number) ? number : null;
}

/** Months, or years where they say so: `360`, `30y`, `30 years`, `2.5 yr`; null where that is no whole number. */
export function parseMonths(text: string, locale: string): string | null {
  const [, number, unit = ""] =
    /^(\d{1,4}(?:[.,]\d)?)\s*(y|yr|yrs|year|years|m|mo|months?)?$/i.exec(text.trim()) ?? [];
  const read = number === undefined ? null : readNumber(number, locale);
  if (read === null) return parseWhole(text, locale);
  const tenths = read.includes(".") ? Number(read.replace(".", "")) : Number(read) * 10;
  const months = unit.toLowerCase().startsWith("y") ? (tenths * 12) / 10 : tenths / 10;
  return Number.isInteger(months) ? String(months) : null;
}
