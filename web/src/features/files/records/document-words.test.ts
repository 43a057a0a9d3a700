import { describe, expect, it } from "vitest";

import { kindOfName, stateOf } from "./document-words";

describe("kindOfName", () => {
  it.each([
    ["Promissory_Note_signed.pdf", "note"],
    ["First amendment to loan agreement.pdf", "amendment"],
    ["Loan-Agreement.docx", "loan_agreement"],
    ["2026 Rent Roll.xlsx", "rent_roll"],
    ["Appraisal.pdf", "appraisal"],
    ["T-12 March.xlsx", "operating_statement"],
    ["ACORD 28.pdf", "insurance"],
    ["Phase I ESA.pdf", "environmental"],
    ["notebook.pdf", "other"],
    ["scan0001.pdf", "other"],
  ])("takes %s for %s", (name, kind) => {
    expect(kindOfName(name)).toBe(kind);
  });
});

describe("stateOf", () => {
  const ready = { state: "ready", scan: "clean", finding: null, note: null } as const;

  it("says that nobody gets what is infected, and names what was found", () => {
    const { label, more } = stateOf({ ...ready, state: "quarantined", scan: "infected", finding: "Eicar" });
    expect(label).toBe("Infected");
    expect(more).toContain("(Eicar)");
  });

  it("tells scanning from reading", () => {
    expect(stateOf({ ...ready, state: "received", scan: "pending" }).label).toBe("Being scanned");
    expect(stateOf({ ...ready, state: "received", scan: "not_scanned" }).label).toBe("Being read");
  });

  it("gives the server's note as a sentence", () => {
    expect(stateOf({ ...ready, state: "unreadable", note: "reading it failed" }).more).toBe(
      "Reading it failed.",
    );
    expect(stateOf(ready)).toEqual({ label: "Ready", tone: "good", more: null });
  });
});
