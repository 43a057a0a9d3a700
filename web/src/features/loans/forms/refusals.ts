import { type FieldError, Problem } from "@/api/problem";
import { formPath, isOf, refusalWords } from "@/components/fields/refusals";

import { isPercentage } from "../records/field-words";
import type { CustomField } from "./form-values";

/**
 * The server's reasons by the form's paths, several of one field together. `terms.rateSteps[1].fromDate` becomes
 * `terms.rateSteps.1.fromDate`; a custom field's name becomes the number of its row.
 */
export function loanRefusals(error: unknown, values: Values): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const found: Record<string, string> = {};
  for (const refusal of error.errors) {
    const path = pathInForm(refusal.field, values.customFields);
    const empty = isEmpty(values, path);
    const percentage = !empty && isPercentage(refusal.field) ? asPercentage(refusal) : null;
    const words = percentage ?? refusalWords(refusal, empty);
    found[path] = found[path] === undefined ? words : `${found[path]}; ${words}`;
  }
  return found;
}

/** What a form holds, as far as it decides how a refusal is told. */
interface Values {
  readonly customFields: readonly CustomField[];
}

/** Whether nothing was entered at a path of the form. */
function isEmpty(values: Values, path: string): boolean {
  const value = path
    .split(".")
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | null | undefined)?.[name], values);
  return value === "" || value === null;
}

function pathInForm(field: string, customFields: readonly CustomField[]): string {
  const prefix = "customFields.";
  if (field.startsWith(prefix)) {
    const row = customFields.findIndex(({ name }) => name.slice(0, 64) === field.slice(prefix.length));
    if (row >= 0) return `customFields.${row}.value`;
  }
  return formPath(field);
}

/**
 * The server writes fractions, `0.0525`, and the form percentages, `5.25`: a hint for the one, followed
 * in the other, would be wrong by a factor of a hundred.
 */
function asPercentage(refusal: FieldError): string | null {
  if (isOf(refusal, "not_a_fraction")) return "Enter a percentage below 100, e.g. 5.25";
  if (isOf(refusal, "not_a_share")) return "Enter a percentage from 0 to 100";
  if (isOf(refusal, "not_a_number")) return "Enter a percentage, e.g. 5.25, 5 1/4 or 525 bp";
  return isOf(refusal, "too_many_decimals") ? "At most 6 decimals" : null;
}
