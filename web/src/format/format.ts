/**
 * Numbers and dates as people read them. Amounts and rates come from the server as decimal text and are formatted from
 * that text: never turned into a binary float on the way.
 */
export type Decimal = string;

export interface Formats {
  readonly locale: string;
  readonly currency: string;
}

/** What an unknown value looks like. */
export const UNKNOWN = "–";

const cached = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let found = cached.get(key);
  if (found === undefined) cached.set(key, (found = new Intl.NumberFormat(locale, options)));
  return found;
}

function decimal(value: Decimal, locale: string, options: Intl.NumberFormatOptions): string {
  return numberFormat(locale, options).format(value as `${number}`);
}

/** `949066382.67` as `$949,066,382.67`; `digits` shows sums that are finer than a cent in full. */
export function money(
  value: Decimal | null | undefined,
  { locale, currency }: Formats,
  digits?: number,
): string {
  if (value == null) return UNKNOWN;
  return decimal(value, locale, { style: "currency", currency, maximumFractionDigits: digits });
}

/** `949066382.67` as `$949M`: three digits wherever an amount is short, with the whole amount in reach. */
export function shortMoney(value: Decimal | null | undefined, { locale, currency }: Formats): string {
  if (value == null) return UNKNOWN;
  return decimal(value, locale, {
    style: "currency",
    currency,
    notation: "compact",
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 3,
  });
}

/** A mark on an axis of amounts, with at most `digits` decimals: `949100000` as `$949.1M`. */
export function axisMoney(value: number, { locale, currency }: Formats, digits = 1): string {
  return decimal(String(value), locale, {
    style: "currency",
    currency,
    notation: "compact",
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  });
}

/** A fraction as a percentage of two decimals: LTV, debt yield, occupancy, a share. `0.547695` as `54.77%`. */
export function percent(value: Decimal | null | undefined, { locale }: Formats, digits = 2): string {
  if (value == null) return UNKNOWN;
  return decimal(value, locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A rate of interest, three decimals wherever rates are compared: `0.0670` as `6.700%`. */
export function rate(value: Decimal | null | undefined, formats: Formats): string {
  return percent(value, formats, 3);
}

/** A rate or share with all its digits, for terms and titles: `0.06318105` as `6.318105%`. */
export function exactRate(value: Decimal | null | undefined, { locale }: Formats): string {
  if (value == null) return UNKNOWN;
  return decimal(value, locale, { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 8 });
}

/** A ratio such as DSCR: `1.234567` as `1.23x`. */
export function ratio(value: Decimal | null | undefined, { locale }: Formats): string {
  if (value == null) return UNKNOWN;
  return `${decimal(value, locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}x`;
}

/** A plain number with at most `digits` decimals, and at least so many. */
export function count(
  value: Decimal | number | null | undefined,
  { locale }: Formats,
  digits = 0,
  least = 0,
): string {
  if (value == null) return UNKNOWN;
  return decimal(String(value), locale, { minimumFractionDigits: least, maximumFractionDigits: digits });
}

const dates = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = dates.get(key);
  if (found === undefined) dates.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found;
}

/** A business date, `2030-11-01`, as `Nov 1, 2030`; the same day in every time zone. */
export function date(value: string | null | undefined, { locale }: Formats): string {
  if (value == null) return UNKNOWN;
  return dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`));
}

/** A sentence of the server's with its dates as people read them: `as of 2030-11-01` as `as of Nov 1, 2030`. */
export function sentence(text: string, formats: Formats): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => date(day, formats));
}

/** A month, `2030-11` or a date in it, as `Nov 2030`. */
export function month(value: string | null | undefined, { locale }: Formats): string {
  if (value == null) return UNKNOWN;
  const first = new Date(`${value.slice(0, 7)}-01T00:00:00Z`);
  return dateFormat(locale, { year: "numeric", month: "short", timeZone: "UTC" }).format(first);
}

/** A moment, in the person's own time zone. */
export function moment(value: string | null | undefined, { locale }: Formats): string {
  if (value == null) return UNKNOWN;
  return dateFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value));
}

/** The day of a moment, in the person's own time zone: `Nov 29, 2026`. */
export function day(value: string, { locale }: Formats): string {
  return dateFormat(locale, { dateStyle: "medium" }).format(new Date(value));
}

/** The time of day of a moment, in the person's own time zone: `1:35 PM`. */
export function time(value: string, { locale }: Formats): string {
  return dateFormat(locale, { timeStyle: "short" }).format(new Date(value));
}

/** A word of the interface, `interest_only`, as people write it: `Interest only`. */
export function word(value: string | null | undefined): string {
  if (value == null || value === "") return UNKNOWN;
  const known = WORDS[value];
  if (known !== undefined) return known;
  const spaced = value.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const WORDS: Readonly<Record<string, string>> = {
  none: "None",
  bi_weekly: "Every two weeks",
  semi_monthly: "Twice a month",
  cmbs: "CMBS",
  a_note: "A note",
  b_note: "B note",
  c_note: "C note",
  "30_days": "30 days past due",
  "60_days": "60 days past due",
  "90_days": "90+ days past due",
  "30_360": "30/360",
  "30_360_us": "30/360 US",
  "30e_360": "30E/360",
  actual_360: "Actual/360",
  actual_365_fixed: "Actual/365 Fixed",
  actual_actual_isda: "Actual/Actual ISDA",
  us_government_bond: "US government bond",
  sofr: "SOFR",
};

const SHORT_NUMBER = 12;

/** A loan's number where there is little room, by its end, in which numbers of one deal differ: `…/36`. */
export function shortNumber(number: string): string {
  if (number.length <= SHORT_NUMBER) return number;
  const tail = number.slice(number.lastIndexOf("/"));
  return `…${tail.startsWith("/") && tail.length < SHORT_NUMBER ? tail : number.slice(1 - SHORT_NUMBER)}`;
}

/** The deal that a loan's number begins with: imports number loans `deal/asset`. Null where it has none. */
export function dealOf(number: string): string | null {
  const end = number.lastIndexOf("/");
  return end > 0 ? number.slice(0, end) : null;
}

/** `1 loan`, `1,204 loans`. */
export function counted(number: number, one: string, many: string, formats: Formats): string {
  return `${count(number, formats)} ${number === 1 ? one : many}`;
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A file's size: `1.4 MB`. */
export function fileSize(bytes: number, { locale }: Formats): string {
  const power = bytes >= 1e9 ? 3 : bytes >= 1e6 ? 2 : bytes >= 1e3 ? 1 : 0;
  return numberFormat(locale, {
    style: "unit",
    unit: SIZES[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power > 1 ? 1 : 0,
  }).format(bytes / 1_000 ** power);
}
