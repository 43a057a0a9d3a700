/** A whole number as it is written, `1,200` too; null where it is none. */
export function parseWhole(text: string): string | null {
  const plain = text.trim().replace(/^(\d{1,3})((?:,\d{3})+)$/, (whole) => whole.replaceAll(",", ""));
  return /^\d{1,9}$/.test(plain) ? String(Number(plain)) : null;
}

/** Months, or years where they say so: `360`, `30y`, `30 years`, `2.5 yr`; null where that is no whole number. */
export function parseMonths(text: string): string | null {
  const [, number, unit = ""] =
    /^(\d{1,4}(?:\.\d)?)\s*(y|yr|yrs|year|years|m|mo|months?)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return parseWhole(text);
  const tenths = number.includes(".") ? Number(number.replace(".", "")) : Number(number) * 10;
  const months = unit.toLowerCase().startsWith("y") ? (tenths * 12) / 10 : tenths / 10;
  return Number.isInteger(months) ? String(months) : null;
}
