import { describe, expect, it } from "vitest";

import type { FixingView, IndexView } from "./api/rates";
import { freshness, marksOf } from "./rate-words";

const INDEX = { days: 3, missing: 0, stale: false } as IndexView;
const FIXING = { outlier: false, closed: false, revision: 0 } as FixingView;

describe("an index", () => {
  it.each([
    [{}, "Up to date"],
    [{ missing: 1 }, "1 fixing due"],
    [{ missing: 4, stale: true }, "Stale: 4 fixings missing"],
    [{ days: 0, missing: null }, "No fixings"],
  ])("with %o says %s", (changes, words) => {
    expect(freshness({ ...INDEX, ...changes })).toBe(words);
  });
});

describe("a fixing", () => {
  it("says what is odd about it, and nothing where it is not", () => {
    expect(marksOf(FIXING)).toBe("");
    expect(marksOf({ ...FIXING, outlier: true, closed: true, revision: 2 })).toBe(
      "Moved by more than 25 bp, Market closed, Revision 2",
    );
  });
});
