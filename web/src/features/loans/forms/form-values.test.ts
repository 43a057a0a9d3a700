import { describe, expect, it } from "vitest";

import { type Loan, draftOf, NEW_PHASE, newDraft } from "../records/loan-draft";
import { FULL_LOAN } from "../records/loan-full-example";
import { customFieldFaults, draftFrom, formOf } from "./form-values";

const KEPT = new Set([
  "termsChanges",
  "id",
  "org",
  "version",
  "amortizationType",
  "propertyIds",
  "riskRatingHistory",
  "deal",
  "assetNumber",
  "modified",
  "rollUp",
  "original",
  "sources",
  "statementBasisChosen",
]);

/** Every leaf of a value with its path. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (value === null || typeof value !== "object") return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) => leaves(item, `${path}/${name}`));
}

const FLOATING: Loan = { ...FULL_LOAN, rateType: "floating", terms: { ...FULL_LOAN.terms, rateSteps: [] } };
const STEPPED: Loan = { ...FULL_LOAN, rateType: "stepped", terms: { ...FULL_LOAN.terms, floating: null } };
const FIXED: Loan = {
  ...FULL_LOAN,
  rateType: "fixed",
  terms: { ...FULL_LOAN.terms, floating: null, rateSteps: [] },
};

describe("the draft of a loan, through the form and back", () => {
  it("has an example with a value in every field, so that a lost one is noticed", () => {
    for (const [path, value] of leaves(FULL_LOAN)) expect(value, path).not.toBeNull();
    for (const [name, value] of Object.entries({ ...FULL_LOAN, ...FULL_LOAN.terms })) {
      if (Array.isArray(value)) expect(value.length, name).toBeGreaterThan(0);
    }
  });

  it.each([
    ["floating", FLOATING],
    ["stepped", STEPPED],
    ["fixed", FIXED],
  ])("loses nothing of a %s loan", (_, loan) => {
    const sent = draftFrom(formOf(draftOf(loan)));
    const said = Object.fromEntries(Object.entries(loan).filter(([name]) => !KEPT.has(name)));
    // The server leaves out what a phase does not state.
    const prepayment = loan.terms.prepayment.map((phase) => ({ ...NEW_PHASE, ...phase }));
    expect(sent).toEqual({ ...said, terms: { ...loan.terms, prepayment } });
  });

  it("sends nothing of another kind of phase, which the server would refuse", () => {
    const draft = draftOf(FIXED);
    const prepayment = draft.terms.prepayment.map((phase) => ({ ...phase, kind: "open" as const }));
    const sent = draftFrom(formOf({ ...draft, terms: { ...draft.terms, prepayment } })).terms.prepayment;
    expect(
      sent.map(({ formula, percentages, minimumInterest }) => [formula, percentages, minimumInterest]),
    ).toEqual(sent.map(() => [null, [], null]));
    expect(sent[0]?.fees).toEqual(FIXED.terms.prepayment[0]?.fees);
  });

  it("keeps each single field, whichever of them is changed", () => {
    const draft = draftOf(FLOATING);
    for (const [path, value] of leaves(draft)) {
      if (value === null && path.includes("/prepayment/")) continue; // of another kind of phase
      const changed = structuredClone(draft) as unknown as Record<string, unknown>;
      const names = path.split("/").slice(1);
      const last = names.pop() ?? "";
      const holder = names.reduce<Record<string, unknown>>(
        (at, name) => at[name] as Record<string, unknown>,
        changed,
      );
      // Another type of rate or kind of phase takes its terms with it, on purpose.
      if (last === "rateType" || /\/prepayment\/\d+\/kind$/.test(path)) continue;
      holder[last] = typeof holder[last] === "number" ? 7 : "changed";
      expect(draftFrom(formOf(changed as never)), path).toEqual(changed);
    }
  });

  it("keeps fields that are not known here yet", () => {
    const later = { ...FIXED, invented: "later" };
    expect(draftFrom(formOf(draftOf(later)))).toHaveProperty("invented", "later");
  });

  it("sends nothing that the service keeps itself", () => {
    expect(Object.keys(draftOf(FULL_LOAN)).filter((name) => KEPT.has(name))).toEqual([]);
  });

  it("leaves out the terms of another type of rate", () => {
    const { terms } = draftFrom({ ...formOf(draftOf(FULL_LOAN)), rateType: "fixed" });
    expect(terms).toMatchObject({ floating: null, rateSteps: [] });
  });

  it("begins with every field of a draft", () => {
    expect(Object.keys(newDraft()).sort()).toEqual(Object.keys(draftOf(FULL_LOAN)).sort());
    expect(Object.keys(newDraft().terms).sort()).toEqual(Object.keys(FULL_LOAN.terms).sort());
  });
});

describe("customFieldFaults", () => {
  it("says which names are missing or used twice", () => {
    const rows = ["a", " ", "a"].map((name) => ({ name, value: null }));
    expect(customFieldFaults(rows)).toEqual({
      "customFields.1.name": "Required",
      "customFields.2.name": "Listed twice",
    });
  });
});
