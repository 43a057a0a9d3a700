"use client";

import { createFormContext } from "@mantine/form";

import type { LoanFormValues } from "./form-values";

/**
 * The form of a loan. Its values are not React state: each field follows its own, so that a key pressed in one of a
 * hundred fields draws one.
 */
const [LoanFormProvider, useLoanFormContext, createLoanForm] = createFormContext<LoanFormValues>();

export { createLoanForm, LoanFormProvider, useLoanFormContext };

export type LoanFormApi = ReturnType<typeof createLoanForm>;

/** A field's value and what an input needs to edit it; `data-path` is how a refusal finds its input. */
export function useLoanField<T>(path: string): {
  value: T;
  onChange: (value: T) => void;
  error: string | undefined;
  "data-path": string;
} {
  const form = useLoanFormContext();
  const value: unknown = form.useWatchValue(path as never);
  const error = form.errors[path];
  return {
    value: value as T,
    onChange: (next) => form.setFieldValue(path, next as never, { forceUpdate: false }),
    error: typeof error === "string" ? error : undefined,
    "data-path": path,
  };
}
