import { expect, test } from "vitest";

import { expectedWords, maturityNote, shortMaturityNote } from "./expected-maturity";

const formats = { locale: "en-US", currency: "USD" };
const plain = {
  maturityDate: "2045-01-01",
  extendedMaturityDate: null,
  expectedMaturityDate: "2045-01-01",
};
const anticipated = { ...plain, expectedMaturityDate: "2035-01-01" };
const extended = { ...plain, extendedMaturityDate: "2046-01-01", expectedMaturityDate: "2046-01-01" };

test("beside an anticipated repayment stands the final maturity", () => {
  expect(maturityNote(anticipated, formats)).toBe("anticipated, final Jan 1, 2045");
  expect(shortMaturityNote(anticipated, formats)).toBe("final Jan 1, 2045");
  expect(expectedWords(anticipated, formats)).toBe("Expected Jan 1, 2035, anticipated, final Jan 1, 2045");
  expect(maturityNote({ ...extended, expectedMaturityDate: "2035-01-01" }, formats)).toBe(
    "anticipated, final Jan 1, 2046",
  );
});

test("beside an extended maturity stands the one before", () => {
  expect(maturityNote(extended, formats)).toBe("extended from Jan 1, 2045");
  expect(shortMaturityNote(extended, formats)).toBe("before Jan 1, 2045");
});

test("of any other loan there is nothing to note", () => {
  expect(maturityNote(plain, formats)).toBeNull();
  expect(shortMaturityNote(plain, formats)).toBeNull();
  expect(expectedWords(plain, formats)).toBeUndefined();
});
