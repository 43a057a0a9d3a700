/**
 * Numbers as a locale writes them, read and shown as text: nothing passes through a binary float. The way of the United
 * States is read everywhere, where the locale's own reading leaves no other.
 */

interface Separators {
  readonly decimal: string;
  readonly group: string;
}

const UNITED_STATES = "en-US";
const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string): Intl.NumberFormat {
  let found = formats.get(locale);
  if (found === undefined) {
    // Whatever digits the locale prefers: these are those that a keyboard has and the server takes.
    const options = { numberingSystem: "latn", maximumFractionDigits: 20 } as const;
    formats.set(locale, (found = new Intl.NumberFormat(locale, options)));
  }
  return found;
}

function separatorsOf(locale: string): Separators {
  const parts = numberFormat(locale).formatToParts(1234567.5);
  const of = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "";
  return { decimal: of("decimal") || ".", group: of("group") };
}

/**
 * `1,250,000.00` in the United States, `1.250.000,00` in Germany as `1250000.00`. Groups are of three digits, or as the
 * locale makes them; without `groups` a number that has any is not understood. Null where it is no number.
 */
export function readNumber(text: string, locale: string, { groups = true } = {}): string | null {
  const compact = text.trim();
  const own = reading(compact, locale);
  const read = own ?? reading(compact, UNITED_STATES);
  return read === null || (read.grouped && !groups) ? null : tidy(read.number);
}

function reading(text: string, locale: string): { number: string; grouped: boolean } | null {
  const { decimal, group } = separatorsOf(locale);
  const [whole = "", decimals, ...rest] = text.split(decimal);
  if (rest.length > 0 || !/^\d*$/.test(decimals ?? "")) return null;
  if (/^\d+$/.test(whole) || (whole === "" && decimals))
    return { number: joined(whole, decimals), grouped: false };
  const apart = [...new Set(whole.replace(/\d/g, ""))];
  const [separator = ""] = apart;
  if (apart.length !== 1 || !(separator === group || isGroup(separator, decimal, text))) return null;
  const digits = whole.replaceAll(separator, "");
  const threes = /^[1-9]\d{0,2}( \d{3})+$/.test(whole.replaceAll(separator, " "));
  const asLocale = whole === numberFormat(locale).format(BigInt(digits));
  return threes || asLocale ? { number: joined(digits, decimals), grouped: true } : null;
}

/**
 * Whether a separator that is not the locale's keeps groups apart all the same: spaces and apostrophes do anywhere, a
 * point or comma that is not the decimal mark only where it cannot be one, because another follows it.
 */
function isGroup(separator: string, decimal: string, text: string): boolean {
  if (/['’\s]/.test(separator)) return true;
  return /[.,]/.test(separator) && separator !== decimal && text.replace(/\d/g, "").length > 1;
}

const joined = (whole: string, decimals = ""): string =>
  decimals === "" ? whole || "0" : `${whole || "0"}.${decimals}`;

function tidy(number: string): string {
  const [whole = "", decimals] = number.split(".");
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  return decimals === undefined ? digits : `${digits}.${decimals}`;
}

/** Decimal text as the locale writes it, with its thousands apart: `1250000.5` as `1,250,000.50` or `1.250.000,50`. */
export function grouped(value: string, digits: number, locale: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (parts === null) return value;
  const [, sign = "", whole = "0", decimals = ""] = parts;
  const shown = decimals.replace(/0+$/, "").padEnd(digits, "0");
  const start = sign + numberFormat(locale).format(BigInt(whole));
  return shown === "" ? start : start + separatorsOf(locale).decimal + shown;
}

/** Decimal text with the locale's own decimal mark and nothing else changed: `5.25` as `5,25`. */
export function marked(value: string, locale: string): string {
  return /^-?\d+\.\d+$/.test(value) ? value.replace(".", separatorsOf(locale).decimal) : value;
}
