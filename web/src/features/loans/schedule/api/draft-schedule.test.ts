import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { newDraft } from "../../records/loan-draft";
import { interestOnlyEnd, isComplete, scheduleTermsOf } from "./draft-schedule";

const installments = (...principal: string[]) =>
  principal.map((text, index) => ({
    principal: text,
    dueDate: `2026-0${index + 1}-01`,
  })) as Schemas["LoanSchedule"]["installments"];

describe("interestOnlyEnd", () => {
  it("is the last due date before principal begins to come back", () => {
    expect(interestOnlyEnd(installments("0.00", "0.00", "100.00"))).toBe("2026-02-01");
  });

  it("is not there where principal comes back from the first payment on", () => {
    expect(interestOnlyEnd(installments("1.00", "2.00"))).toBeNull();
    expect(interestOnlyEnd([])).toBeNull();
  });
});

describe("isComplete", () => {
  it("waits for amount, dates and rate", () => {
    const terms = scheduleTermsOf(newDraft());
    expect(isComplete(terms)).toBe(false);
    const said = {
      originalBalance: "1",
      originationDate: "2026-01-01",
      maturityDate: "2031-01-01",
      rate: "0.05",
    };
    expect(isComplete({ ...terms, ...said })).toBe(true);
  });
});
