import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { adjustmentWords, resetWords, standingOf } from "./floating-words";

const FORMATS = { locale: "en-US", currency: "USD" } as Parameters<typeof resetWords>[1];
const RESET: Schemas["ResetView"] = {
  determinedOn: "2025-02-13",
  indexValue: "0.0025",
  rounded: "0.0025",
  floored: "0.01",
  boundBy: "index_floor",
  fixingOn: "2025-02-13",
  fixingSource: "",
  revision: 0,
  provisional: false,
  revised: [],
};
const RATE = {
  start: "2025-02-15",
  end: "2025-03-15",
  rate: "0.035",
  known: "fixing",
} as const satisfies Partial<Schemas["RateOfPeriod"]>;

describe("a period", () => {
  it.each([
    ["past", "fixing", "Past, by fixing"],
    ["present", "fixed", "Present, fixed"],
    ["projected", "projected", "To come, projected"],
  ] as const)("that is %s and known by %s says %s", (standing, known, words) => {
    expect(standingOf({ standing, known })).toBe(words);
  });

  it("says what its rate was made of", () => {
    expect(resetWords({ rates: [{ ...RATE, reset: RESET }] }, FORMATS)).toBe(
      "0.25% of Feb 13, 2025, at the index floor",
    );
    const carried = { ...RESET, boundBy: "none", fixingOn: "2025-02-11", provisional: true } as const;
    expect(resetWords({ rates: [{ ...RATE, reset: carried }] }, FORMATS)).toBe(
      "0.25% of Feb 11, 2025, provisional",
    );
    const revised = [
      { on: "2025-02-13", former: "0.0024", value: "0.0025", knownOn: "2025-05-20" },
      { on: "2025-02-14", former: "0.0024", value: "0.0025", knownOn: "2025-05-20" },
    ];
    expect(resetWords({ rates: [{ ...RATE, reset: { ...RESET, boundBy: "none", revised } }] }, FORMATS)).toBe(
      "0.25% of Feb 13, 2025, revised on May 20, 2025 from 0.24% to 0.25% and 1 more",
    );
    expect(resetWords({ rates: [{ ...RATE, reset: null }] }, FORMATS)).toBe("Fixed by the note");
  });

  it("says what revised fixings change of its interest", () => {
    const adjustment = { formerRate: "0.045", formerInterest: "96875.00", difference: "2152.78" };
    expect(adjustmentWords({ adjustment }, FORMATS)).toBe(
      "$2,152.78 to adjust: $96,875.00 by what was known when due",
    );
    expect(adjustmentWords({ adjustment: null }, FORMATS)).toBe("");
  });
});
