import type { Schemas } from "@/api/client";

/**
 * Which loans: values of one field are alternatives, fields narrow each other; how figures are taken; and the date that
 * figures are of, where that is not the present: balances are rolled forward to it.
 */
export type Filters = Pick<Schemas["Filters"], ChoiceField | "maturityFrom" | "maturityTo" | Setting> & {
  businessDate?: string;
};

/** How figures are taken, which narrows nothing. */
export type Setting = "statementBasis" | "measure" | "source";

export type SettingValue<Name extends Setting> = NonNullable<Schemas["Filters"][Name]>;

export type ChoiceField =
  | "propertyType"
  | "state"
  | "lenderId"
  | "fundId"
  | "portfolioId"
  | "status"
  | "structure"
  | "rateType"
  | "amortizationType";

const PROPERTY_TYPES = [
  "multifamily",
  "office",
  "retail",
  "industrial",
  "hospitality",
  "mixed_use",
  "land",
  "storage",
  "medical",
  "manufactured_housing",
  "cooperative",
  "other",
] as const satisfies readonly Schemas["PropertyType"][];

const STATUSES = [
  "current",
  "30_days",
  "60_days",
  "90_days",
  "default",
  "paid_off",
  "refinanced",
  "defeased",
  "liquidated",
] as const satisfies readonly Schemas["LoanStatus"][];

const STRUCTURES = [
  "whole_loan",
  "pari_passu",
  "a_note",
  "b_note",
  "c_note",
  "mezzanine",
] as const satisfies readonly Schemas["LoanStructure"][];

const RATE_TYPES = ["fixed", "floating", "stepped"] as const satisfies readonly Schemas["RateType"][];

const AMORTIZATION_TYPES = [
  "interest_only",
  "partial_interest_only",
  "amortizing",
  "capitalizing",
] as const satisfies readonly Schemas["AmortizationType"][];

/** The fields that take choices, in the order of the address bar, with their words where those are a closed list. */
const CHOICES: Readonly<Record<ChoiceField, readonly string[] | null>> = {
  propertyType: PROPERTY_TYPES,
  state: null,
  lenderId: null,
  fundId: null,
  portfolioId: null,
  status: STATUSES,
  structure: STRUCTURES,
  rateType: RATE_TYPES,
  amortizationType: AMORTIZATION_TYPES,
};

export const CHOICE_FIELDS = Object.keys(CHOICES) as readonly ChoiceField[];

const DATES = ["maturityFrom", "maturityTo"] as const;
const ON = "businessDate";

/** What each setting may be; the first is the usual one, which no address names. */
export const SETTINGS: { readonly [Name in Setting]: readonly SettingValue<Name>[] } = {
  statementBasis: ["latest", "underwritten", "trailing_twelve_months", "annual"],
  measure: ["allocated", "whole"],
  source: ["computed", "reported"],
};

const SETTING_NAMES = Object.keys(SETTINGS) as readonly Setting[];
const NAMES: readonly string[] = [...CHOICE_FIELDS, ...DATES, ...SETTING_NAMES, ON];

/**
 * Read the filters from an address. What the server would refuse (a word it does not know, a date that does not exist)
 * is left out; the same set of filters reads the same, in whatever order it was written.
 */
export function filtersFromSearch(search: URLSearchParams): Filters {
  const filters: Record<string, string | string[]> = {};
  for (const field of CHOICE_FIELDS) {
    const values = inOrder(field, search.getAll(field));
    if (values.length > 0) filters[field] = values;
  }
  for (const field of [...DATES, ON]) {
    const day = search.get(field);
    if (day !== null && isDate(day)) filters[field] = day;
  }
  for (const name of SETTING_NAMES) {
    const value = SETTINGS[name].slice(1).find((known) => known === search.get(name));
    if (value !== undefined) filters[name] = value;
  }
  return filters;
}

/** Write filters as an address's search, behind whatever else `others` holds; without the question mark. */
export function searchFromFilters(filters: Filters, others?: URLSearchParams): string {
  const search = new URLSearchParams();
  for (const field of CHOICE_FIELDS) {
    for (const value of inOrder(field, filters[field] ?? [])) search.append(field, value);
  }
  for (const field of [...DATES, ON] as const) {
    const day = filters[field];
    if (day !== undefined && isDate(day)) search.append(field, day);
  }
  for (const name of SETTING_NAMES) {
    const value = filters[name];
    if (value !== undefined) search.append(name, value);
  }
  others?.forEach((value, name) => {
    if (!NAMES.includes(name)) search.append(name, value);
  });
  return search.toString();
}

/** The filters that a part of a figure stands for, within the filters in force: a bar, a slice. */
export function narrowed(filters: Filters, part: Filters): Filters {
  const from = latest(filters.maturityFrom, part.maturityFrom);
  const to = earliest(filters.maturityTo, part.maturityTo);
  return {
    ...filters,
    ...part,
    ...(from !== undefined && { maturityFrom: from }),
    ...(to !== undefined && { maturityTo: to }),
  };
}

/** The filters with other values of one field; none of them removes the field. */
export function withChoices(filters: Filters, field: ChoiceField, values: readonly string[]): Filters {
  return values.length === 0 ? without(filters, field) : { ...filters, [field]: inOrder(field, values) };
}

/** The filters with another range of maturities; an empty day leaves that end open. */
export function withMaturities(filters: Filters, from: string, to: string): Filters {
  return {
    ...without(without(filters, "maturityFrom"), "maturityTo"),
    ...(from !== "" && { maturityFrom: from }),
    ...(to !== "" && { maturityTo: to }),
  };
}

/** The filters with another value of a setting; the usual one is not said. */
export function withSetting<Name extends Setting>(
  filters: Filters,
  name: Name,
  value: SettingValue<Name>,
): Filters {
  return value === SETTINGS[name][0] ? without(filters, name) : { ...filters, [name]: value };
}

/** What a setting is. */
export const settingOf = <Name extends Setting>(filters: Filters, name: Name): SettingValue<Name> =>
  (filters[name] ?? SETTINGS[name][0]) as SettingValue<Name>;

/** The filters with figures of another date; of none they are those of the present. */
export function withDate(filters: Filters, on: string): Filters {
  return on === "" ? without(filters, ON) : { ...filters, [ON]: on };
}

/** The filters without any that narrows; how figures are taken, and the date, stay. */
export const unfiltered = (filters: Filters): Filters =>
  Object.fromEntries(Object.entries(filters).filter(([name]) => isSetting(name)));

export const isFiltered = (filters: Filters): boolean =>
  Object.keys(filters).some((name) => !isSetting(name));

/** Whether loans match by some of their properties, so that it matters what of them counts. */
export const isByProperty = ({ propertyType, state }: Filters): boolean =>
  propertyType !== undefined || state !== undefined;

const isSetting = (name: string): boolean =>
  name === ON || (SETTING_NAMES as readonly string[]).includes(name);

/** Values of a field once each and in its order, without words that the server does not know. */
export function inOrder(field: ChoiceField, values: readonly string[]): string[] {
  const words = CHOICES[field];
  const known = [...new Set(values)].filter((value) => value !== "" && (words?.includes(value) ?? true));
  return words === null
    ? known.sort()
    : known.sort((one, other) => words.indexOf(one) - words.indexOf(other));
}

function without(filters: Filters, field: keyof Filters): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => name !== field));
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

// Dates of the same form compare as text.
function latest(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function earliest(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
