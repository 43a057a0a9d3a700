import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { word } from "@/format/format";

type Refusal = Pick<Schemas["FieldError"], "message" | "code">;

/** The codes of refusals that are told in other words here than the server's. */
export const TOLD_CODES = [
  "required",
  "empty",
  "blank",
  "not_a_number",
  "not_a_date",
  "not_a_time",
  "not_a_fraction",
  "not_a_share",
  "too_many_decimals",
] as const satisfies readonly Schemas["FaultCode"][];

type ToldCode = (typeof TOLD_CODES)[number];

/** Whether a refusal has one of the codes. */
export const isOf = ({ code }: Refusal, ...codes: readonly ToldCode[]): boolean =>
  (codes as readonly string[]).includes(code ?? "rule");

/**
 * The server's reasons by field, for a form's `setErrors`. A path of the wire (`terms.firstPaymentDate`,
 * `properties[0].allocatedAmount`) becomes the form's (`properties.0.allocatedAmount`); what is refused of an item in a
 * list of plain values (`recipients[1]`) is said of the list.
 */
export function refusalsByField(error: Error | null): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(error.errors.map((refusal) => [fieldOf(refusal), refusalWords(refusal)]));
}

/** Where a form says a refusal that it has no row for. */
const fieldOf = ({ field }: Pick<Schemas["FieldError"], "field">): string =>
  formPath(field).replace(/\.\d+$/, "");

/** What was refused of fields that a form does not have: each with its field, in words. */
export function refusalsElsewhere(error: Problem, fields: readonly string[]): string[] {
  return error.errors
    .filter((refusal) => !fields.includes(fieldOf(refusal)))
    .map((refusal) => `${pathWords(fieldOf(refusal))}: ${refusalWords(refusal)}`);
}

const pathWords = (path: string): string =>
  word(
    path
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .replaceAll(".", ", ")
      .toLowerCase(),
  );

export const formPath = (field: string): string => field.replace(/\[(\w+)\]/g, ".$1");

/** The server's reason as it is said beside a field; what is `empty` is missing, whatever it was refused for. */
export function refusalWords(refusal: Refusal, empty = false): string {
  const unread = isOf(refusal, "not_a_number", "not_a_date", "not_a_time");
  if (isOf(refusal, "required", "empty", "blank") || (empty && unread)) return "Required";
  if (isOf(refusal, "not_a_number")) return "Enter an amount, e.g. 1,250,000";
  if (isOf(refusal, "not_a_date")) return "Enter a date, e.g. 6/30/2025";
  return refusal.message.charAt(0).toUpperCase() + refusal.message.slice(1);
}
