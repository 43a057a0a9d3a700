import { expect, test } from "vitest";

import { expectedMaturity, maturityNote } from "./expected-maturity";

const formats = { locale: "en-US", currency: "USD" };
const plain = { maturityDate: "2045-01-01", anticipatedRepaymentDate: null, extendedMaturityDate: null };
const anticipated = { ...plain, anticipatedRepaymentDate: "2035-01-01" };
const extended = { ...plain, extendedMaturityDate: "2046-01-01" };

test("repayment is expected on the anticipated date until that is past, and on the final maturity beside it after", () => {
  expect(expectedMaturity(anticipated, "2035-01-01")).toBe("2035-01-01");
  expect(maturityNote(anticipated, "2035-01-01", formats)).toBe("anticipated, final Jan 1, 2045");
  expect(expectedMaturity(anticipated, "2035-01-02")).toBe("2045-01-01");
  expect(maturityNote(anticipated, "2035-01-02", formats)).toBeNull();
});

test("an exercised extension moves the maturity", () => {
  expect(expectedMaturity(extended, "2026-01-01")).toBe("2046-01-01");
  expect(maturityNote(extended, "2026-01-01", formats)).toBe("extended from Jan 1, 2045");
  expect(
    maturityNote(
      { ...anticipated, ...extended, anticipatedRepaymentDate: "2035-01-01" },
      "2026-01-01",
      formats,
    ),
  ).toBe("anticipated, final Jan 1, 2046");
});

test("of any other loan there is nothing to note", () => {
  expect(expectedMaturity(plain, "2026-01-01")).toBe("2045-01-01");
  expect(maturityNote(plain, "2026-01-01", formats)).toBeNull();
});
