import { describe, expect, it } from "vitest";

import { draftOf } from "../records/shape";
import { SHAPES } from "./party-shapes";
import { partyFieldWords, partyValueWords } from "./party-words";

const FORMATS = { locale: "en-US", currency: "USD" };
const NAMES = new Map([["p1", "Core portfolio"]]);
const { lenders, properties } = SHAPES;

describe("partyFieldWords", () => {
  it.each([
    [lenders, "appetite.highestLtv", "Maximum LTV"],
    [lenders, "contacts[0].email", "Contact 1: email"],
    [properties, "operatingStatements[1].netOperatingIncome", "Statement 2: NOI"],
    [properties, "valuations", "Valuations"],
    [properties, "assetNumber", "Asset number"],
    [properties, "tags[0]", "Tag"],
    [lenders, "customFields.Desk", "Custom field “Desk”"],
  ])("names %# %s", (shape, path, words) => {
    expect(partyFieldWords(shape, path)).toBe(words);
  });
});

describe("partyValueWords", () => {
  it.each([
    [lenders, "appetite.largestLoan", "60000000.00", ["$60,000,000.00"]],
    [lenders, "appetite.highestLtv", "0.65", ["65.00%"]],
    [lenders, "appetite.lowestDscr", "1.25", ["1.25x"]],
    [lenders, "lenderType", "life_company", ["Life company"]],
    [properties, "yearBuilt", 1961, ["1961"]],
    [properties, "units", 1109, ["1,109"]],
    [properties, "portfolioId", "p1", ["Core portfolio"]],
    [properties, "purchaseDate", null, ["–"]],
    [properties, "valuations", [], ["None"]],
    [
      properties,
      "valuations",
      [{ amount: "13790000.00", asOf: "2025-10-01", source: "MAI appraisal" }],
      ["Oct 1, 2025, $13,790,000.00, MAI appraisal"],
    ],
  ])("tells %# %s", (shape, path, value, words) => {
    expect(partyValueWords(shape, path, value, FORMATS, NAMES)).toEqual(words);
  });
});

describe("shapes", () => {
  it.each(Object.values(SHAPES))("say all that a draft of $noun has", (shape) => {
    const told = [...shape.sections.flatMap(({ fields }) => fields), ...shape.lists].map(
      ({ path }) => path.split(".")[0],
    );
    const drafted = Object.keys(shape.newDraft).filter((name) => name !== "customFields");
    expect(new Set(told)).toEqual(new Set(drafted));
  });

  it("leave out of a draft what the service keeps itself", () => {
    const stored = {
      ...properties.newDraft,
      id: "1",
      org: "2",
      version: 3,
      deal: null,
      assetNumber: null,
      sources: {},
    };
    expect(draftOf(properties, stored)).toEqual(properties.newDraft);
  });
});
