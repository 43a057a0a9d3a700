import { describe, expect, it } from "vitest";

import { Problem } from "@/api/problem";

import { loanRefusals } from "./refusals";

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

  it("speaks of percentages where the form does, and of numbers elsewhere", () => {
    const problem = refused(
      ["rate", "is a fraction: write 0.0525 for 5.25 %; this looks like a percentage"],
      ["terms.rateSteps[0].rate", "is not a number: write it as 1250000.00"],
      ["share", "is a share between 0 and 1: write 0.95 for 95 %"],
      ["appetite.highestLtv", "has more than 8 decimals"],
      ["originalBalance", "is not a number: write it as 1250000.00"],
      ["customFields.rate", "is not a number: write it as 1250000.00"],
    );
    expect(loanRefusals(problem, [])).toEqual({
      rate: "must be less than 100 %, written as a percentage such as 5.25",
      "terms.rateSteps.0.rate": "is not a percentage: write it as 5.25, 5 1/4 or 525 bp",
      share: "must lie between 0 % and 100 %",
      "appetite.highestLtv": "has more than 6 decimals as a percentage",
      originalBalance: "is not a number: write it as 1250000.00",
      "customFields.rate": "is not a number: write it as 1250000.00",
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
