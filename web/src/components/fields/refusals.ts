import { Problem } from "@/api/problem";

/**
 * The server's reasons by field, for a form's `setErrors`. A path of the wire (`terms.firstPaymentDate`,
 * `properties[0].allocatedAmount`) becomes the form's (`properties.0.allocatedAmount`).
 */
export function refusalsByField(error: Error | null): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(
    error.errors.map(({ field, message }) => [formPath(field), refusalWords(message)]),
  );
}

export const formPath = (field: string): string => field.replace(/\[(\w+)\]/g, ".$1");

/** The server's reason as it is said beside a field; what is `empty` is missing, whatever it was refused for. */
export function refusalWords(message: string, empty = false): string {
  if (message === "must not be empty" || (empty && /^is (not a|no) /.test(message))) return "Required";
  if (message.startsWith("is not a number")) return "Enter an amount, e.g. 1,250,000";
  if (message.startsWith("is not a date")) return "Enter a date, e.g. 6/30/2025";
  return message.charAt(0).toUpperCase() + message.slice(1);
}
