import { describe, expect, test } from "vitest";

import { rateOfPeriod } from "./reconciliation-words";

const FORMATS = { locale: "en-US", currency: "USD" };

describe("the rate of a reconciled month", () => {
  test("is told with what it rests on", () => {
    expect(rateOfPeriod({ rate: "0.0683", rateBy: "terms" }, FORMATS)).toBe(
      "At 6.83000% by its terms and the fixings",
    );
    expect(rateOfPeriod({ rate: "0.0650271", rateBy: "reported" }, FORMATS)).toBe(
      "At 6.50271% as the tape reports",
    );
  });

  test("is none of a fixed loan", () => {
    expect(rateOfPeriod({}, FORMATS)).toBeNull();
  });
});
