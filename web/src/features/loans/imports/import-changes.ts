import type { Schemas } from "@/api/client";
import { date, type Formats } from "@/format/format";

import { fieldWords, type Names, valueWords } from "../records/field-words";
import type { Value } from "../records/merge";
import type { ImportRow } from "./api/imports";

export interface ChangeLine {
  readonly label: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What changes of one thing that a row speaks of: the loan, one of its properties, a reported period. */
export interface ChangeGroup {
  readonly subject: string;
  readonly lines: readonly ChangeLine[];
}

/** Fields that say where a value was read, or repeat what the row says already. */
const UNSAID = /(^|\.)(sources\..*|deal|assetNumber)$/;

/** What only a reported period has, by a loan's field whose values are written the same way. */
const PERIOD_FIELDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "beginningBalance",
      "endingBalance",
      "actualBalance",
      "interest",
      "principal",
      "totalDue",
      "unscheduledPrincipal",
      "otherPrincipal",
      "otherInterest",
      "prepaymentPremium",
      "realizedLoss",
      "statedPayment",
    ].map((name) => [name, "currentBalance"]),
  ),
  paidThrough: "maturityDate",
  liquidationDate: "maturityDate",
  financialsDate: "maturityDate",
  periodBegin: "maturityDate",
};

/** The changes of a row as people read them, by what they are of; of a new thing only what is known of it. */
export function changeGroups(row: ImportRow, formats: Formats, names: Names): readonly ChangeGroup[] {
  const groups = new Map<string, ChangeLine[]>();
  for (const { field, before, after } of row.changes ?? []) {
    if (UNSAID.test(field) || (isNothing(before) && isNothing(after)) || isOwnProperties(row, field))
      continue;
    const [, kind, key = "", rest] = /^(properties|periods)\[([^\]]*)\]\.(.*)$/.exec(field) ?? [];
    const subject =
      kind === undefined
        ? "Loan"
        : kind === "periods"
          ? `Period to ${date(key, formats)}`
          : `Property ${key}`;
    const path = rest ?? field;
    const kindred = PERIOD_FIELDS[path] ?? path;
    const line = {
      label: fieldWords(path, names),
      before: valueWords(kindred, before as Value, formats, names),
      after: valueWords(kindred, after as Value, formats, names),
    };
    groups.set(subject, [...(groups.get(subject) ?? []), line]);
  }
  return [...groups].map(([subject, lines]) => ({ subject, lines }));
}

/** A value of a new loan, and where in the file it stands. */
export interface SourceLine {
  readonly label: string;
  readonly value: readonly string[];
  readonly source: Schemas["Source"];
}

/** What a file said of a new loan as people read it, by what it is of: the loan, or one of its properties. */
export function sourceGroups(
  sources: readonly Schemas["Source"][],
  formats: Formats,
): readonly { readonly subject: string; readonly lines: readonly SourceLine[] }[] {
  const groups = new Map<string, SourceLine[]>();
  for (const source of sources) {
    if (UNSAID.test(source.field)) continue;
    const [, key, rest] = /^properties\[([^\]]*)\]\.(.*)$/.exec(source.field) ?? [];
    const subject = key === undefined ? "Loan" : `Property ${key}`;
    const path = rest ?? source.field;
    const line = {
      label: fieldWords(path, NO_NAMES),
      value: valueWords(PERIOD_FIELDS[path] ?? path, source.value as Value, formats, NO_NAMES),
      source,
    };
    groups.set(subject, [...(groups.get(subject) ?? []), line]);
  }
  return [...groups].map(([subject, lines]) => ({ subject, lines }));
}

/** A file names its parties itself. */
const NO_NAMES: Names = new Map();

/** Whether a value says nothing: unknown, an empty list, or false. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

/** The list of a new loan's new properties: each of them has its own lines. */
const isOwnProperties = (row: ImportRow, field: string): boolean =>
  field === "properties" &&
  row.outcome === "created" &&
  (row.created ?? []).some((made) => made.startsWith("property:"));

/** What rows bring that a dry run did not make: it has no name to ask for yet. */
export function newNames(rows: readonly ImportRow[]): Names {
  const made = rows.flatMap(({ created = [] }) => created);
  return new Map(
    made.map((name) => {
      const [kind = "", id = ""] = name.split(":");
      return [id, `a new ${kind}`] as const;
    }),
  );
}
