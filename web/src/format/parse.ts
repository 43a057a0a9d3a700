import { marked, readNumber } from "./numerals";

/**
 * What people type or paste into a field, as the decimal text that the server takes. All of it is done on text and
 * integers: nothing is rounded. `null` where it cannot be understood without guessing.
 */

const MULTIPLES: Readonly<Record<string, number>> = {
  k: 3,
  thousand: 3,
  m: 6,
  mm: 6,
  mn: 6,
  million: 6,
  b: 9,
  bn: 9,
  billion: 9,
};
const SPACES = /[\s\u00a0\u202f]+/g;

/** `$1,250,000.00`, `1.25m`, `(500)`, `1250000` as decimal text; at most two decimals. */
export function parseAmount(text: string, locale: string): string | null {
  let rest = text.trim().toLowerCase();
  const negative = /^\(.*\)$/.test(rest) || /^[-−]/.test(rest);
  rest = rest.replace(/^\((.*)\)$/, "$1").replace(/^[-−]/, "");
  rest = rest.replace(/^(usd|us\$|eur|gbp|[$€£])|(usd|eur|gbp|[$€£])$/g, "").trim();
  const parts = /^([\d.,'’\s\u00a0\u202f]+?)\s*([a-z]*)$/.exec(rest);
  if (parts === null) return null;
  const [, digits = "", unit = ""] = parts;
  const places = unit === "" ? 0 : MULTIPLES[unit];
  const plain = readNumber(digits, locale);
  if (places === undefined || plain === null) return null;
  // `1,250` where the comma is the decimal mark: nobody writes tenths of a cent, but somebody may have meant thousands.
  if (places === 0 && /^[1-9]\d{0,2}\.\d{3}$/.test(plain)) return null;
  const shifted = shift(plain, places);
  const [, decimals = ""] = shifted.split(".");
  if (decimals.length > 2) return null;
  return (negative && !/^[0.]+$/.test(shifted) ? "-" : "") + shifted;
}

const UNIT = /(%|percent|pct|bps?|basis points)$/;

/**
 * `5.25%`, `5 1/4 %`, `5.25`, `525 bp` as a fraction, `0.0525`. A bare number is a percentage, of a hundred at most, and
 * has no groups: `5,125` is understood only where the comma is the decimal mark.
 */
export function parsePercent(text: string, locale: string): string | null {
  const rest = text.trim().toLowerCase().replace(SPACES, " ");
  const parts =
    /^([-−]?)\s*(?:([\d.,]*\d[\d.,]*)\s*)??(?:(\d+)\s*[/⁄]\s*(\d+))?\s*(%|percent|pct|bps?|basis points)?$/.exec(
      rest,
    );
  if (parts === null) return null;
  const [, sign, whole, over, under, unit] = parts;
  if (whole === undefined && over === undefined) return null;
  const plain = readNumber(whole ?? "0", locale, { groups: unit?.startsWith("b") ?? false });
  if (plain === null) return null;
  let sum: string | null = plain;
  if (over !== undefined && under !== undefined) {
    if (plain.includes(".")) return null;
    const part = fractionOf(BigInt(over), BigInt(under));
    sum = part === null ? null : `${plain}.${part}`;
  }
  if (sum === null) return null;
  const fraction = shift(sum, unit?.startsWith("b") ? -4 : -2);
  if (!/^(0(\.|$)|1$)/.test(fraction)) return null;
  return (sign !== "" && !/^[0.]+$/.test(fraction) ? "-" : "") + fraction;
}

/** What to write instead of a text that is no percentage. */
export function percentHint(text: string, locale: string): string {
  const example = percentText("0.0525", locale);
  if (/\d\s*[/⁄]\s*\d/.test(text)) {
    return `Enter a percentage, e.g. ${example} or 5 1/4. Write endless fractions such as 1/3 as decimals`;
  }
  const number = readNumber(text.replace(/[-−%\s]/g, ""), locale, { groups: false });
  if (number !== null && BigInt(number.split(".")[0] ?? "0") >= 100n)
    return `More than 100 %. Enter a percentage, e.g. ${example}`;
  return `Enter a percentage, e.g. ${example}, 5 1/4 or 525 bp`;
}

/** What a percentage that is suspiciously small may have meant: `0.0525`, written without a unit, as `5.25`. */
export function meantPercent(text: string, locale: string): string | null {
  const fraction = UNIT.test(text.trim().toLowerCase()) ? null : parsePercent(text, locale);
  if (fraction === null || !/^-?0\.000/.test(fraction)) return null;
  return percentText(shift(fraction.replace("-", ""), 2), locale);
}

/** A plain number such as a ratio: `1.25`, or `1,25` where the comma is the decimal mark; no groups. */
export function parseDecimal(text: string, locale: string): string | null {
  const [, sign = "", digits = ""] = /^([-−]?)(.*)$/.exec(text.trim()) ?? [];
  const plain = readNumber(digits, locale, { groups: false });
  return plain === null ? null : (sign === "" || /^[0.]+$/.test(plain) ? "" : "-") + plain;
}

/** A fraction as the text of its percentage: `0.0525` as `5.25`; anything else as it is. */
export function percentText(fraction: string, locale: string): string {
  const parts = /^(-?)(\d+(?:\.\d+)?)$/.exec(fraction);
  return parts === null ? fraction : marked(`${parts[1]}${shift(parts[2] ?? "", 2)}`, locale);
}

/** Move the decimal point `places` to the right. */
function shift(text: string, places: number): string {
  const [whole = "0", decimals = ""] = text.split(".");
  if (places >= 0) {
    const moved = decimals.padEnd(places, "0");
    return trimmed(whole + moved.slice(0, places), moved.slice(places));
  }
  const padded = whole.padStart(1 - places, "0");
  return trimmed(padded.slice(0, places), padded.slice(places) + decimals);
}

function trimmed(whole: string, decimals: string): string {
  const rest = decimals.replace(/0+$/, "");
  const digits = whole.replace(/^0+(?=\d)/, "");
  return rest === "" ? digits : `${digits}.${rest}`;
}

/** The decimals of over/under where they end and make less than one, as sixteenths and the like do. */
function fractionOf(over: bigint, under: bigint): string | null {
  if (under === 0n || over >= under) return null;
  let decimals = "";
  for (let left = over; left > 0n && decimals.length <= 8; left = (left * 10n) % under) {
    decimals += String((left * 10n) / under);
  }
  return decimals.length > 8 ? null : decimals || "0";
}
