import { describe, expect, it } from "vitest";

import type { ImportRow } from "./api/imports";
import { changeGroups, newNames, sourceGroups } from "./import-changes";

const FORMATS = { locale: "en-US", currency: "USD" };
const NONE = new Map<string, string>();

const row = (
  outcome: ImportRow["outcome"],
  changes: ImportRow["changes"],
  created?: string[],
): ImportRow => ({
  row: 1,
  line: 3,
  outcome,
  changes,
  created,
});

describe("changeGroups", () => {
  it("tells old and new as people write them, by what they are of", () => {
    const changes = [
      { field: "currentBalance", before: "1000000.00", after: "999004.49" },
      { field: "balanceAsOf", before: "2017-07-11", after: "2017-08-11" },
      { field: "properties[4.01].yearBuilt", before: null, after: 1961 },
      { field: "periods[2017-08-11].endingBalance", before: null, after: "40000000.00" },
    ];
    expect(changeGroups(row("updated", changes), FORMATS, NONE)).toEqual([
      {
        subject: "Loan",
        lines: [
          { label: "Current balance", before: ["$1,000,000.00"], after: ["$999,004.49"] },
          { label: "Balance as of", before: ["Jul 11, 2017"], after: ["Aug 11, 2017"] },
        ],
      },
      { subject: "Property 4.01", lines: [{ label: "Year built", before: ["–"], after: ["1961"] }] },
      {
        subject: "Period to Aug 11, 2017",
        lines: [{ label: "Ending balance", before: ["–"], after: ["$40,000,000.00"] }],
      },
    ]);
  });

  it("leaves out where values were read, and what is not known of a new loan", () => {
    const changes = [
      { field: "sources.*", before: "a#1", after: "b#1" },
      { field: "properties[4.01].sources.name", before: null, after: "b#1" },
      { field: "terms.reserves", before: null, after: [] },
      { field: "modified", before: null, after: false },
      { field: "properties", before: null, after: [{ propertyId: "p1", allocatedAmount: null }] },
      { field: "name", before: null, after: "Plaza" },
    ];
    const groups = changeGroups(row("created", changes, ["property:p1"]), FORMATS, NONE);
    expect(groups).toEqual([
      { subject: "Loan", lines: [{ label: "Name", before: ["–"], after: ["Plaza"] }] },
    ]);
  });

  it("says what was taken away", () => {
    const changes = [{ field: "terms.reserves", before: [{ name: "Taxes" }], after: [] }];
    expect(changeGroups(row("updated", changes), FORMATS, NONE)[0]?.lines[0]?.after).toEqual(["None"]);
  });
});

describe("sourceGroups", () => {
  const source = (field: string, value: unknown) => ({
    field,
    value,
    element: field.split(".").at(-1) ?? null,
    fileName: "a.csv",
    contentHash: "",
    importId: "i",
    row: 1,
    line: 2,
    assetNumber: "1",
    periodEnd: "2025-12-31",
  });

  it("tells what a file said of a new loan and of each of its properties, as people write it", () => {
    const said = [
      source("name", "Plaza"),
      source("endingBalance", "1000000.00"),
      source("assetNumber", "1"),
      source("properties[1].yearBuilt", 1961),
      source("properties[2].yearBuilt", 1970),
    ];
    const groups = sourceGroups(said, FORMATS).map(({ subject, lines }) => [
      subject,
      lines.map(({ label, value, source: { element } }) => [label, ...value, element]),
    ]);
    expect(groups).toEqual([
      [
        "Loan",
        [
          ["Name", "Plaza", "name"],
          ["Ending balance", "$1,000,000.00", "endingBalance"],
        ],
      ],
      ["Property 1", [["Year built", "1961", "yearBuilt"]]],
      ["Property 2", [["Year built", "1970", "yearBuilt"]]],
    ]);
  });
});

it("names what a dry run did not make", () => {
  expect(newNames([row("created", [], ["lender:l1", "property:p1"])])).toEqual(
    new Map([
      ["l1", "a new lender"],
      ["p1", "a new property"],
    ]),
  );
});
