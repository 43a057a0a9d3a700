import type { ColumnChoice, HeaderReading, TemplateColumn } from "./api/tapes";

/** Which of the template's columns a file's column is taken for, by the file's own names. */
export type Mapping = readonly ColumnChoice[];

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

/** Say what bare numbers of a rate column are. */
export function withUnit(mapping: Mapping, header: string, unit: ColumnChoice["unit"]): Mapping {
  return mapping.map((choice) => {
    if (choice.header !== header) return choice;
    return unit === undefined ? { header, column: choice.column } : { ...choice, unit };
  });
}

/** The columns a tape must have that nothing is taken for. */
export function missing(mapping: Mapping, columns: readonly TemplateColumn[]): readonly TemplateColumn[] {
  const taken = new Set(mapping.map(({ column }) => column));
  return columns.filter(({ name, required }) => required && !taken.has(name));
}

/** Whether two mappings say the same, in whatever order. */
export function sameMapping(one: Mapping, other: Mapping): boolean {
  const text = (mapping: Mapping) =>
    mapping
      .map(({ header, column, unit }) => JSON.stringify([header, column, unit ?? null]))
      .sort()
      .join();
  return text(one) === text(other);
}

/** Names that stand more than once in the header: the server cannot tell such columns from each other. */
export function repeatedNames(header: readonly string[]): ReadonlySet<string> {
  return new Set(header.filter((name, index) => header.indexOf(name) !== index));
}

/**
 * Whether a rate column holds numbers that are neither fractions nor say that they are percentages: `5.25` alone may
 * be either, and the server refuses to guess.
 */
export const needsUnit = (samples: readonly string[], unit: ColumnChoice["unit"]): boolean =>
  unit === undefined &&
  samples.some((sample) => /^\d*\.?\d+$/.test(sample) && !/^(0|0?\.\d+|0\.\d*)$/.test(sample));

/** A column of the template as people write it: `loanNumber` as `Loan number`. */
export function columnLabel(name: string): string {
  const words = name.replace(/([A-Z])/g, (capital) => ` ${capital.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
