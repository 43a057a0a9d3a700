import { expect, test } from "vitest";

import { rolledWords } from "./rolled-note";

const formats = { locale: "en-US", currency: "USD" };
const rolled = {
  loans: 2,
  recorded: "20000000.00",
  balance: "19806965.94",
  share: "0.397675",
  asOf: { earliest: "2025-01-01", latest: "2025-01-01" },
  asRecorded: [{ reason: "no schedule says what is left", loans: 1, balance: "10000000.00" }],
  howComputed: "",
};

test("says which balances are rolled forward, how much of the total they are, and which stand as reported", () => {
  expect(rolledWords(rolled, formats)).toEqual([
    "$19,806,965.94 on 2 loans by schedule: 39.77% of the total, from $20,000,000.00 as reported, balances as of Jan 1, 2025.",
    "1 loan with $10,000,000.00 as reported, although older than a month: no schedule says what is left.",
  ]);
});

test("says only why balances stand where none is rolled forward", () => {
  expect(rolledWords({ ...rolled, loans: 0, asOf: null }, formats)).toHaveLength(1);
});
