import type { ColumnChoice, HeaderReading, TemplateColumn } from "./api/tapes";

/** Which of the template's columns a file's column is taken for, by the file's own names. */
export type Mapping = readonly ColumnChoice[];

/** What a mapping may say of how a column's cells are read. */
export type HowRead = Pick<ColumnChoice, "unit" | "decimal" | "dates">;

/** A thing that a person may say of a column's cells, and the answers. */
export type WayToRead = {
  of: keyof HowRead;
  label: string;
  options: readonly { value: string; label: string }[];
};

const DECIMAL: WayToRead = {
  of: "decimal",
  label: "Decimal mark",
  options: [
    { value: ".", label: "Decimal point: 1,250.00" },
    { value: ",", label: "Decimal comma: 1.250,00" },
  ],
};
const DATES: WayToRead = {
  of: "dates",
  label: "Order of dates",
  options: [
    { value: "month_first", label: "Month first: 12/31/2025" },
    { value: "day_first", label: "Day first: 31/12/2025" },
  ],
};
const unit = (...options: [string, string][]): WayToRead => ({
  of: "unit",
  label: "Unit",
  options: options.map(([value, label]) => ({ value, label })),
});
const TERM = unit(["months", "Months: 360"], ["years", "Years: 30"]);
const DOLLARS: [string, string][] = [
  ["dollars", "Dollars"],
  ["thousands", "Thousands of dollars"],
  ["millions", "Millions of dollars"],
];
const OF_NAMES: Readonly<Record<string, readonly WayToRead[]>> = {
  amortizationMonths: [TERM, DECIMAL],
  interestOnlyMonths: [TERM, DECIMAL],
  levelPayment: [unit(...DOLLARS, ["principal_and_interest", "Principal and interest alone"]), DECIMAL],
};
const OF_KINDS: Readonly<Record<string, readonly WayToRead[]>> = {
  rate: [
    unit(
      ["percent", "Percentages: 5.25"],
      ["fraction", "Fractions: 0.0525"],
      ["basis_points", "Basis points: 525"],
    ),
    DECIMAL,
  ],
  money: [unit(...DOLLARS), DECIMAL],
  number: [DECIMAL],
  "whole number": [DECIMAL],
  date: [DATES],
};

/** What a person may say of how the cells of one of the template's columns are read, if anything. */
export const waysToRead = ({ name, kind }: Pick<TemplateColumn, "name" | "kind">): readonly WayToRead[] =>
  OF_NAMES[name] ?? OF_KINDS[kind] ?? [];

/** What the server takes the columns for, without those that it could not tell from each other. */
export function usable({ header, mapping }: Pick<HeaderReading, "header" | "mapping">): Mapping {
  const repeated = repeatedNames(header);
  return repeated.size === 0 ? mapping : mapping.filter((choice) => !repeated.has(choice.header));
}

/** Take a column of the file for one of the template's, or for none; whatever was taken for it before is let go. */
export function choose(mapping: Mapping, header: string, column: string | null): Mapping {
  const before = mapping.find((choice) => choice.header === header);
  const others = mapping.filter((choice) => choice.header !== header && choice.column !== column);
  if (column === null) return others;
  if (before?.column === column) return mapping;
  return [...others, { header, column }];
}

/** Say how the cells of a column are read, or leave it to the cells. */
export function withReading(mapping: Mapping, header: string, how: Partial<HowRead>): Mapping {
  return mapping.map((choice) => (choice.header === header ? { ...choice, ...how } : choice));
}

const BEGINNING = ["originalBalance", "originationDate"];
const UPDATED = ["currentBalance", "propertyName"];

/** Whether a tape says nothing of how its loans began: it updates those that are there, and makes none. */
export function onlyUpdates(mapping: Mapping): boolean {
  const taken = new Set(mapping.map(({ column }) => column));
  const has = (name: string) => taken.has(name);
  return has("loanNumber") && has("asOf") && UPDATED.some(has) && !BEGINNING.some(has);
}

/** The columns a tape must have that nothing is taken for. */
export function missing(mapping: Mapping, columns: readonly TemplateColumn[]): readonly TemplateColumn[] {
  if (onlyUpdates(mapping)) return [];
  const taken = new Set(mapping.map(({ column }) => column));
  return columns.filter(({ name, required }) => required && !taken.has(name));
}

/** Whether two mappings say the same, in whatever order. */
export function sameMapping(one: Mapping, other: Mapping): boolean {
  const text = (mapping: Mapping) =>
    mapping
      .map(({ header, column, unit, decimal, dates, codes }) =>
        JSON.stringify([header, column, unit ?? null, decimal ?? null, dates ?? null, codes ?? null]),
      )
      .sort()
      .join();
  return text(one) === text(other);
}

/** Names that stand more than once in the header: the server cannot tell such columns from each other. */
export function repeatedNames(header: readonly string[]): ReadonlySet<string> {
  return new Set(header.filter((name, index) => header.indexOf(name) !== index));
}

/** A column of the template as people write it: `loanNumber` as `Loan number`. */
export function columnLabel(name: string): string {
  const words = name.replace(/([A-Z])/g, (capital) => ` ${capital.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
