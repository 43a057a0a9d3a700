import type { Schemas } from "@/api/client";

type Field = Schemas["ChangedField"];

/** What repeats other fields, or says where a value came from, is no change of its own to a person. */
const REPEATED = /^(propertyIds|riskRatingHistory|sources|statementBasisChosen)([[.]|$)/;

export function shownFields(fields: readonly Field[]): Field[] {
  return fields.filter(({ field }) => !REPEATED.test(field));
}

/** The import that made a change: it leaves its id with what it wrote, `<import>#<row>`. */
export function importOf(fields: readonly Field[]): string | null {
  const source = fields.find(({ field, after }) => field.startsWith("sources.") && after !== null);
  return typeof source?.after === "string" ? (source.after.split("#")[0] ?? null) : null;
}
