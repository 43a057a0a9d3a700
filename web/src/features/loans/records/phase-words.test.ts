import { describe, expect, it } from "vitest";

import { FULL_LOAN } from "./loan-full-example";
import { phaseAsks, phaseEnd, phaseStart } from "./phase-words";

const FORMATS = { locale: "en-US", currency: "USD" };

describe("a phase of prepayment", () => {
  it("says when it ends, in the way in which the note does", () => {
    expect(phaseEnd({ kind: "lockout", until: "2027-01-01" }, FORMATS)).toBe("Jan 1, 2027");
    expect(phaseEnd({ kind: "lockout", months: 24 }, FORMATS)).toBe("For 24 months");
    expect(phaseEnd({ kind: "step_down", monthsBeforeMaturity: 3 }, FORMATS)).toBe(
      "3 months before maturity",
    );
    expect(phaseEnd({ kind: "open" }, FORMATS)).toBe("Maturity");
  });

  it("begins on its day, or after the one before", () => {
    expect(phaseStart({ kind: "open", fromDate: "2027-01-01" }, 1, FORMATS)).toBe("Jan 1, 2027");
    expect(phaseStart({ kind: "lockout" }, 0, FORMATS)).toBe("Closing");
    expect(phaseStart({ kind: "open" }, 1, FORMATS)).toBe("After the one before");
  });

  it("says all that is stated of what it asks", () => {
    const told = FULL_LOAN.terms.prepayment.flatMap((phase) => phaseAsks(phase, FORMATS));
    expect(told).toContain("floor 1.00%");
    expect(told).toContain("formula Remaining payments");
    expect(told).toContain("percentage 5.00% 4.00%");
    expect(phaseAsks({ kind: "open" }, FORMATS)).toEqual([]);
  });
});
