import { expect, it } from "vitest";

import { termWords } from "./date-words";

it("names the term that a date follows from", () => {
  expect(termWords("maturityDate")).toBe("Maturity date");
  expect(termWords("terms.extensionOptions[0].noticeDaysAtLeast")).toBe(
    "Extension options 1, notice days at least",
  );
});
