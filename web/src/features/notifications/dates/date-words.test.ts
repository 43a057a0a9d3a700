import { expect, it } from "vitest";

import { ofWords, termWords } from "./date-words";

it("names the term that a date follows from", () => {
  expect(termWords("maturityDate")).toBe("Maturity date");
  expect(termWords("terms.extensionOptions[0].noticeDaysAtLeast")).toBe(
    "Extension option 1, notice days at least",
  );
  expect(termWords("terms.prepayment[2].fromDate")).toBe("Prepayment phase 3, from date");
});

it("names what a date is of", () => {
  const document = {
    id: "d",
    title: "Policy",
    kind: "insurance",
    confidential: false,
    stands: true,
  } as const;
  expect(ofWords({ document: null, loanNumber: "1001" })).toBe("1001");
  expect(ofWords({ document, loanNumber: "1001" })).toBe("Policy · 1001");
  expect(ofWords({ document, loanNumber: null })).toBe("Policy");
});
