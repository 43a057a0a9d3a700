import { Problem } from "@/api/problem";

/**
 * The server's reasons by field, for a form's `setErrors`. A path of the wire (`terms.firstPaymentDate`,
 * `properties[0].allocatedAmount`) becomes the form's (`properties.0.allocatedAmount`).
 */
export function refusalsByField(error: Error | null): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(error.errors.map(({ field, message }) => [formPath(field), message]));
}

export const formPath = (field: string): string => field.replace(/\[(\w+)\]/g, ".$1");
