import { describe, expect, it } from "vitest";

import { inWords, pageOf, verbOf } from "./journal-words";

const write = (kind: string, version = 1, deleted = false) => ({ kind, id: "7", version, deleted });

describe("what an entry of the loans journal did, in words", () => {
  it("counts kinds and what was done to them apart", () => {
    const writes = [write("loan"), write("loan", 2), write("loan", 3), write("property", 4, true)];
    expect(inWords(writes, 4)).toBe("1 loan created, 2 loans changed, 1 property deleted");
  });

  it("says how many documents are not named", () => {
    expect(inWords([write("period")], 2206)).toBe("1 month of a loan created, and 2205 more documents");
  });

  it("copes with kinds that it does not know", () => {
    expect(inWords([write("rate_cap"), write("rate_cap")], 2)).toBe("2 rate cap documents created");
  });

  it("says so where nothing was stored", () => {
    expect(inWords([], 0)).toBe("Nothing stored");
  });
});

it("leads to the page of what has one and is still there", () => {
  expect(pageOf(write("loan"))).toBe("/loan/?id=7");
  expect(pageOf(write("loan", 2, true))).toBeNull();
  expect(pageOf(write("period"))).toBeNull();
  expect(verbOf(write("loan", 1, true))).toBe("deleted");
});
