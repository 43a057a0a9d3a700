import { formPath } from "@/components/fields/refusals";
import { Problem } from "@/lib/api/problem";

import type { CustomField } from "./loan-form-values";

/**
 * The server's reasons by the form's paths, several of one field together. `terms.rateSteps[1].fromDate` becomes
 * `terms.rateSteps.1.fromDate`; a custom field's name becomes the number of its row.
 */
export function loanRefusals(error: unknown, customFields: readonly CustomField[]): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const found: Record<string, string> = {};
  for (const { field, message } of error.errors) {
    const path = pathInForm(field, customFields);
    found[path] = found[path] === undefined ? message : `${found[path]}; ${message}`;
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
