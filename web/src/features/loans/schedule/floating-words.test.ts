import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { resetWords, standingOf } from "./floating-words";

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
    expect(resetWords({ rates: [{ ...RATE, reset: null }] }, FORMATS)).toBe("Fixed by the note");
  });
});
