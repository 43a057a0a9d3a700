import type { CustomField, LoanFormValues } from "../forms/form-values";
import type { Draft } from "../records/api/party";

/** A draft as a form edits it: custom fields as rows, since names may have dots. */
type Values = Omit<Draft, "customFields"> & { customFields: CustomField[] };

/**
 * A draft as the form edits it. The fields of the forms address what they edit by its path alone, so that those of a
 * loan serve here too; the type is theirs.
 */
export function valuesOf({ customFields, ...rest }: Draft): LoanFormValues {
  const rows = Object.entries(customFields).map(([name, value]) => ({ name, value }));
  return { ...rest, customFields: rows } satisfies Values as unknown as LoanFormValues;
}

/** The draft to send. */
export function draftFromValues(values: LoanFormValues): Draft {
  const { customFields, ...rest } = values as unknown as Values;
  return {
    ...rest,
    customFields: Object.fromEntries(customFields.map(({ name, value }) => [name, value])),
  } as Draft;
}
