import { Problem } from "@/api/problem";
import { formPath } from "@/components/fields/refusals";

import { isPercentage } from "../records/field-words";
import type { CustomField } from "./form-values";

/**
 * The server's reasons by the form's paths, several of one field together. `terms.rateSteps[1].fromDate` becomes
 * `terms.rateSteps.1.fromDate`; a custom field's name becomes the number of its row.
 */
export function loanRefusals(error: unknown, customFields: readonly CustomField[]): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const found: Record<string, string> = {};
  for (const { field, message } of error.errors) {
    const path = pathInForm(field, customFields);
    const words = isPercentage(field) ? asPercentage(message) : message;
    found[path] = found[path] === undefined ? words : `${found[path]}; ${words}`;
  }
  return found;
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
function asPercentage(message: string): string {
  if (message.startsWith("is a fraction"))
    return "must be less than 100 %, written as a percentage such as 5.25";
  if (message.startsWith("is a share")) return "must lie between 0 % and 100 %";
  if (message.startsWith("is not a number")) return "is not a percentage: write it as 5.25, 5 1/4 or 525 bp";
  return message === "has more than 8 decimals" ? "has more than 6 decimals as a percentage" : message;
}
