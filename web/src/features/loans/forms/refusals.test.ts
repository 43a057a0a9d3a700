import { describe, expect, it } from "vitest";

import { type FieldError, Problem } from "@/api/problem";

import { loanRefusals } from "./refusals";

function refused(...errors: [string, string, FieldError["code"]?][]): Problem {
  return new Problem({
    status: 422,
    title: "Unprocessable Entity",
    detail: "the loan has bad fields",
    errors: errors.map(([field, message, code = "rule"]) => ({ field, message, code })),
  });
}

describe("loanRefusals", () => {
  it("finds the inputs of nested paths", () => {
    const problem = refused(
      ["number", "must not be empty", "empty"],
      ["terms.firstPaymentDate", "must not precede the origination date 2025-01-01"],
      ["properties[0].allocatedAmount", "has more than 2 decimals", "too_many_decimals"],
      ["terms.prepayment[12].until", "must not precede its first day"],
    );
    expect(loanRefusals(problem, { customFields: [] })).toEqual({
      number: "Required",
      "terms.firstPaymentDate": "Must not precede the origination date 2025-01-01",
      "properties.0.allocatedAmount": "Has more than 2 decimals",
      "terms.prepayment.12.until": "Must not precede its first day",
    });
  });

  it("speaks of percentages where the form does, and of numbers elsewhere", () => {
    const problem = refused(
      ["rate", "is a fraction: write 0.0525 for 5.25 %; this looks like a percentage", "not_a_fraction"],
      ["terms.rateSteps[0].rate", "is not a number: write it as 1250000.00", "not_a_number"],
      ["share", "is a share between 0 and 1: write 0.95 for 95 %", "not_a_share"],
      ["appetite.highestLtv", "has more than 8 decimals", "too_many_decimals"],
      ["originalBalance", "is not a number: write it as 1250000.00", "not_a_number"],
      ["customFields.rate", "is not a number: write it as 1250000.00", "not_a_number"],
    );
    expect(loanRefusals(problem, { customFields: [] })).toEqual({
      rate: "Enter a percentage below 100, e.g. 5.25",
      "terms.rateSteps.0.rate": "Enter a percentage, e.g. 5.25, 5 1/4 or 525 bp",
      share: "Enter a percentage from 0 to 100",
      "appetite.highestLtv": "At most 6 decimals",
      originalBalance: "Enter an amount, e.g. 1,250,000",
      "customFields.rate": "Enter an amount, e.g. 1,250,000",
    });
  });

  it("says of what is empty that it is required, whatever it was refused for", () => {
    const problem = refused(
      ["originalBalance", "is not a number: write it as 1250000.00", "not_a_number"],
      ["maturityDate", "is not a date: write one that exists as 2025-06-30", "not_a_date"],
      ["rate", "is not a number: write it as 1250000.00", "not_a_number"],
      ["terms.firstPaymentDate", "is not a date: write one that exists as 2025-06-30", "not_a_date"],
    );
    const values = {
      customFields: [],
      originalBalance: "",
      maturityDate: "",
      rate: "",
      terms: { firstPaymentDate: "soon" },
    };
    expect(loanRefusals(problem, values)).toEqual({
      originalBalance: "Required",
      maturityDate: "Required",
      rate: "Required",
      "terms.firstPaymentDate": "Enter a date, e.g. 6/30/2025",
    });
  });

  it("keeps every reason of one field", () => {
    const problem = refused(
      ["maturityDate", "must be after the origination"],
      ["maturityDate", "is too late"],
    );
    expect(loanRefusals(problem, { customFields: [] })).toEqual({
      maturityDate: "Must be after the origination; Is too late",
    });
  });

  it("finds a custom field's row by its name, dots and all", () => {
    const rows = [
      { name: "a", value: 1 },
      { name: "b.c", value: "long" },
    ];
    expect(
      loanRefusals(refused(["customFields.b.c", "at most 1,000 characters"]), { customFields: rows }),
    ).toEqual({
      "customFields.1.value": "At most 1,000 characters",
    });
  });

  it("has nothing to say of what is no refusal", () => {
    expect(loanRefusals(new Error("other"), { customFields: [] })).toEqual({});
    expect(loanRefusals(null, { customFields: [] })).toEqual({});
  });
});
