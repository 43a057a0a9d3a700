import { describe, expect, it } from "vitest";

import { matches } from "./things";

describe("matches", () => {
  it.each([
    ["New loan", "loan", true],
    ["New loan", "lo ne", true],
    ["New loan", "oan", true],
    ["New loan", "lone", false],
    ["Audit trail", "TRAIL", true],
    ["Añadir préstamo", "prest", true],
    ["Blur amounts", "", true],
  ])("%s for %s is %s", (text, typed, found) => {
    expect(matches(text, typed)).toBe(found);
  });
});
