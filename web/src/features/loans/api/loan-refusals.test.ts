import { describe, expect, it } from "vitest";

import { Problem } from "@/lib/api/problem";

import { loanRefusals } from "./loan-refusals";

function refused(...errors: [string, string][]): Problem {
  return new Problem({
    status: 422,
    title: "Unprocessable Entity",
    detail: "the loan has bad fields",
    errors: errors.map(([field, message]) => ({ field, message })),
  });
}

describe("loanRefusals", () => {
  it("finds the inputs of nested paths", () => {
    const problem = refused(
      ["number", "must not be empty"],
      ["terms.firstPaymentDate", "must not precede the origination date 2025-01-01"],
      ["properties[0].allocatedAmount", "has more than 2 decimals"],
      ["terms.prepayment[12].until", "must not precede its first day"],
    );
    expect(loanRefusals(problem, [])).toEqual({
      number: "must not be empty",
      "terms.firstPaymentDate": "must not precede the origination date 2025-01-01",
      "properties.0.allocatedAmount": "has more than 2 decimals",
      "terms.prepayment.12.until": "must not precede its first day",
    });
  });

  it("keeps every reason of one field", () => {
    const problem = refused(
      ["maturityDate", "must be after the origination"],
      ["maturityDate", "is too late"],
    );
    expect(loanRefusals(problem, [])).toEqual({
      maturityDate: "must be after the origination; is too late",
    });
  });

  it("finds a custom field's row by its name, dots and all", () => {
    const rows = [
      { name: "a", value: 1 },
      { name: "b.c", value: "long" },
    ];
    expect(loanRefusals(refused(["customFields.b.c", "at most 1,000 characters"]), rows)).toEqual({
      "customFields.1.value": "at most 1,000 characters",
    });
  });

  it("has nothing to say of what is no refusal", () => {
    expect(loanRefusals(new Error("other"), [])).toEqual({});
    expect(loanRefusals(null, [])).toEqual({});
  });
});
