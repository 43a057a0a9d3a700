// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { kindOf, noteVisit, readVisits } from "./visits";

beforeEach(() => localStorage.clear());

describe("noteVisit", () => {
  it("keeps the last eight things, the latest first, each once", () => {
    for (let number = 1; number <= 10; number += 1) noteVisit("a", `/loan/?id=${number}`, `Loan ${number}`);
    noteVisit("a", "/loan/?id=5&tab=schedule", "Loan five");
    expect(readVisits("a").map(({ name }) => name)).toEqual([
      "Loan five",
      "Loan 10",
      "Loan 9",
      "Loan 8",
      "Loan 7",
      "Loan 6",
      "Loan 4",
      "Loan 3",
    ]);
    expect(readVisits("a")[0]?.path).toBe("/loan/?id=5");
  });

  it("keeps organizations apart", () => {
    noteVisit("a", "/fund/?id=1", "Core");
    expect(readVisits("b")).toEqual([]);
  });

  it("leaves out pages of nothing in particular, and things without a name", () => {
    noteVisit("a", "/loans/?id=1", "Loans");
    noteVisit("a", "/loan/new/", "New loan");
    noteVisit("a", "/loan/?id=1", "Loan");
    noteVisit(undefined, "/loan/?id=1", "Tower");
    expect(readVisits("a")).toEqual([]);
  });

  it("reads nothing where something else is kept", () => {
    localStorage.setItem("realinsights-visits-a", '[{"path":"//elsewhere","name":"x"},7,null]');
    expect(readVisits("a")).toEqual([]);
    localStorage.setItem("realinsights-visits-a", "{");
    expect(readVisits("a")).toEqual([]);
  });
});

describe("kindOf", () => {
  it("knows the pages of things", () => {
    expect(kindOf("/lender/?id=7")).toBe("Lender");
    expect(kindOf("/lender/")).toBeNull();
    expect(kindOf("/account/?id=7")).toBeNull();
  });
});
