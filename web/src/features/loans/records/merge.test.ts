import { describe, expect, it } from "vitest";

import { draftOf, type LoanDraft } from "./loan-draft";
import { FULL_LOAN } from "./loan-full-example";
import { differencesOf, mergedBy, plainChoices } from "./merge";

const BASE: LoanDraft = draftOf(FULL_LOAN);

function resolved(mine: LoanDraft, theirs: LoanDraft, more = {}): LoanDraft {
  const choices = { ...plainChoices(differencesOf(BASE, mine, theirs)), ...more };
  return mergedBy(BASE, mine, theirs, choices);
}

describe("two changes of one loan", () => {
  it("keeps both where they are of different fields", () => {
    const mine = { ...BASE, borrower: "Mine LLC", terms: { ...BASE.terms, graceDays: 9 } };
    const theirs = { ...BASE, servicer: "Theirs Inc.", terms: { ...BASE.terms, paymentDay: 15 } };
    const whole = resolved(mine, theirs);
    expect(whole).toEqual({
      ...BASE,
      borrower: "Mine LLC",
      servicer: "Theirs Inc.",
      terms: { ...BASE.terms, graceDays: 9, paymentDay: 15 },
    });
  });

  it("says which side changed a field, and asks where both did", () => {
    const mine = { ...BASE, rate: "0.06", name: "Mine", status: "30_days" as const };
    const theirs = { ...BASE, rate: "0.07", servicer: "Theirs", status: "30_days" as const };
    const found = differencesOf(BASE, mine, theirs);
    expect(found.map(({ path, changed }) => [path, changed])).toEqual([
      ["name", "mine"],
      ["rate", "both"],
      ["servicer", "theirs"],
    ]);
    expect(plainChoices(found)).toEqual({ name: "mine", servicer: "theirs" });
    expect(resolved(mine, theirs, { rate: "theirs" }).rate).toBe("0.07");
    expect(resolved(mine, theirs, { rate: "mine" }).rate).toBe("0.06");
  });

  it("has nothing to ask where both say the same", () => {
    const changed = { ...BASE, rate: "0.06", tags: ["new"] };
    expect(differencesOf(BASE, changed, structuredClone(changed))).toEqual([]);
  });

  it("merges properties by property, so that an added one and a changed one both stay", () => {
    const [first, second] = FULL_LOAN.properties;
    const mine = { ...BASE, properties: [{ ...BASE.properties[0], allocatedAmount: "1.00" }, second] };
    const theirs = {
      ...BASE,
      properties: [...BASE.properties, { propertyId: "new", allocatedAmount: null }],
    };
    expect(resolved(mine as LoanDraft, theirs).properties).toEqual([
      { ...first, allocatedAmount: "1.00" },
      second,
      { propertyId: "new", allocatedAmount: null },
    ]);
  });

  it("keeps a property away that one side took away and the other left alone", () => {
    const mine = { ...BASE, properties: BASE.properties.slice(1) };
    const theirs = { ...BASE, servicer: "Theirs" };
    expect(resolved(mine, theirs).properties).toEqual(BASE.properties.slice(1));
    expect(resolved(theirs, mine).properties).toEqual(BASE.properties.slice(1));
  });

  it("merges tags, guarantors and custom fields by name", () => {
    const mine = { ...BASE, tags: [...BASE.tags, "mine"], customFields: { ...BASE.customFields, mine: 1 } };
    const theirs = { ...BASE, tags: ["theirs", ...BASE.tags], customFields: { audited: false } };
    const whole = resolved(mine, theirs);
    expect(new Set(whole.tags)).toEqual(new Set([...BASE.tags, "mine", "theirs"]));
    expect(whole.customFields).toEqual({ audited: false, mine: 1 });
  });

  it("takes a list as one field where its things cannot be told apart", () => {
    const [phase] = BASE.terms.prepayment;
    const mine = {
      ...BASE,
      terms: { ...BASE.terms, prepayment: [phase, phase] as typeof BASE.terms.prepayment },
    };
    const theirs = { ...BASE, terms: { ...BASE.terms, prepayment: [] } };
    const [difference] = differencesOf(BASE, mine, theirs);
    expect(difference).toMatchObject({ path: "terms.prepayment", changed: "both" });
  });

  it("takes floating terms as one where one side has none", () => {
    const without = { ...BASE, terms: { ...BASE.terms, floating: null } };
    const [difference] = differencesOf(without, BASE, without);
    expect(difference).toMatchObject({ path: "terms.floating", changed: "mine", theirs: null });
    expect(mergedBy(without, BASE, without, { "terms.floating": "mine" })).toEqual(BASE);
  });

  it("takes all of one side where that is chosen everywhere", () => {
    const mine = { ...BASE, rate: "0.06", customFields: { only: "mine" }, tags: ["x"], reported: null };
    const theirs = { ...BASE, rate: "0.07", properties: [], terms: { ...BASE.terms, hedges: [] } };
    const paths = differencesOf(BASE, mine, theirs).map(({ path }) => path);
    const all = (side: "mine" | "theirs") => Object.fromEntries(paths.map((path) => [path, side]));
    expect(mergedBy(BASE, mine, theirs, all("mine"))).toEqual(mine);
    expect(mergedBy(BASE, mine, theirs, all("theirs"))).toEqual(theirs);
  });
});
