import { describe, expect, it } from "vitest";

import { conditionOf, defaultWords, shortCondition, stepWords, valueWords } from "./rule-words";
import { draftOf, NEW_RULE } from "./rule-values";

const formats = { locale: "en-US", currency: "USD" };

describe("a value in words", () => {
  it("has its unit and all its digits", () => {
    expect(valueWords("balance", "12000000", formats)).toBe("$12,000,000.00");
    expect(valueWords("dscr", "1.255", formats)).toBe("1.255x");
    expect(valueWords("ltv", "0.75", formats)).toBe("75.00%");
    expect(valueWords("rate", "0.06318105", formats)).toBe("6.318105%");
    expect(valueWords("days_past_due", "90", formats)).toBe("90+ days past due");
    expect(valueWords("days_past_due", "45", formats)).toBe("45 days past due");
  });

  it("of a step says points or a part", () => {
    expect(stepWords("ltv", "0.05", false, formats)).toBe("5 percentage points");
    expect(stepWords("ltv", "0.05", true, formats)).toBe("5.00% of it");
    expect(stepWords("days_past_due", "30", false, formats)).toBe("30 days");
  });
});

describe("a condition", () => {
  it("is told again after it was back at the threshold where nothing else is said", () => {
    const draft = draftOf({ ...NEW_RULE, threshold: "1.25" });
    expect(conditionOf(draft, formats)).toEqual({
      what: "the DSCR of a loan",
      is: "is below 1.25x",
      again: "once, and again only after it was back at 1.25x",
    });
    expect(shortCondition(draft, formats)).toBe("DSCR is below 1.25x");
  });

  it("is none while a number is missing or not understood", () => {
    expect(conditionOf(draftOf(NEW_RULE), formats)).toBeNull();
    expect(conditionOf(draftOf({ ...NEW_RULE, threshold: "about 1" }), formats)).toBeNull();
    expect(shortCondition(draftOf(NEW_RULE), formats)).toBe("");
  });
});

describe("what the form sends", () => {
  it("has the fields of its kind and no others", () => {
    const values = { ...NEW_RULE, threshold: "1.25", step: "0.1", days: 30 };
    expect(draftOf(values)).toMatchObject({ threshold: "1.25", step: null, days: null });
    expect(draftOf({ ...values, kind: "change" })).toMatchObject({
      threshold: null,
      step: "0.1",
      side: null,
    });
    const date = draftOf({ ...values, kind: "days_before" });
    expect(date).toMatchObject({ dateKind: "maturity", days: 30, figure: null, step: null });
  });

  it("has no hours where it goes to nobody", () => {
    expect(draftOf({ ...NEW_RULE, escalateAfterHours: 24 }).escalateAfterHours).toBeNull();
  });
});

describe("a rule by default", () => {
  const base = { figure: null, step: null, relative: false, dateKind: null, days: [] };

  it("says its leads, its step, or any change", () => {
    const lead = { ...base, topic: "critical_date", kind: "days_before", dateKind: "maturity" } as const;
    expect(defaultWords({ ...lead, days: [60, 14] }, formats)).toEqual({
      what: "Maturity",
      when: "60 and 14 days before",
    });
    const moved = { ...base, topic: "figure_moved", kind: "change", figure: "balance" } as const;
    expect(defaultWords({ ...moved, step: "0.10", relative: true }, formats).when).toBe(
      "It moves by more than 10.00% of it",
    );
    const late = { ...base, topic: "delinquency_changed", kind: "change", figure: "days_past_due" } as const;
    expect(defaultWords(late, formats)).toEqual({ what: "Payment status", when: "It changes" });
  });
});
