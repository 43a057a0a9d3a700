import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { isUsual, pageOf, sentence, verbOf } from "./journal-words";

type Summary = Schemas["JournalWrite"]["summary"];

const write = (kind: string, summary: Summary = {}, { version = 1, deleted = false } = {}) => ({
  ...{ kind, id: "7", version, deleted, summary },
});
const count = (kind: string, created = 0, changed = 0, deleted = 0) => ({ kind, created, changed, deleted });
const said = (counts: Schemas["JournalCount"][], writes: Schemas["JournalWrite"][] = []) =>
  sentence({ counts, writes })
    .map(({ text }) => text)
    .join("");

describe("what an entry of the loans journal did, as a sentence", () => {
  it("has the totals of all kinds, whatever the answer holds of the writes", () => {
    const counts = [
      count("lender", 9),
      count("property", 123),
      count("loan", 62),
      count("period", 1_488),
      count("statement", 62),
    ];
    expect(said(counts, [write("lender"), write("property")])).toBe(
      "Added 62 loans, 123 properties, 9 lenders, 1,488 monthly reports",
    );
  });

  it("says apart what was done", () => {
    expect(said([count("loan", 1, 2), count("property", 0, 0, 1)])).toBe(
      "Added 1 loan; changed 2 loans; deleted 1 property",
    );
  });

  it("names what there is one of, and leads to it", () => {
    const loan = write("loan", { number: "RI-1", name: "Harbor Point" }, { version: 2 });
    const line = { counts: [count("loan", 0, 1), count("answer", 1)], writes: [loan, write("answer")] };
    expect(sentence(line)).toEqual([
      { text: "Changed " },
      { text: "loan " },
      { text: "RI-1 Harbor Point", page: "/loan/?id=7" },
    ]);
  });

  it.each([
    [{ state: "queued" }, "Requested the import of b42.xml"],
    [{ state: "running" }, "Started importing b42.xml"],
    [{ state: "done", dryRun: false, loans: 62, properties: 1 }, "Imported b42.xml: 62 loans, 1 property"],
    [
      { state: "done", dryRun: true, loans: 62, properties: 123 },
      "Previewed b42.xml: 62 loans, 123 properties",
    ],
    [{ state: "undone", loans: 62, properties: 123 }, "Undid the import of b42.xml"],
    [{ state: "failed" }, "Could not import b42.xml"],
  ])("tells an import by its file: %j", (summary, words) => {
    const writes = [write("import", { fileName: "b42.xml", ...summary }), write("answer")];
    expect(said([count("import", 0, 1), count("answer", 1)], writes)).toBe(words);
  });

  it("tells a part of an import by its file and what was stored", () => {
    const imported = write("import", { fileName: "b42.xml", state: "running", loans: 62 }, { version: 3 });
    const line = {
      counts: [count("loan", 35, 1), count("import", 0, 1), count("statement", 36)],
      writes: [imported, write("loan", { number: "b42/1" })],
    };
    expect(
      sentence(line)
        .map(({ text }) => text)
        .join(""),
    ).toBe("Importing b42.xml: added 35 loans; changed 1 loan");
    expect(isUsual(line)).toBe(false);
    expect(isUsual({ counts: [count("import", 0, 1)], writes: [imported] })).toBe(true);
  });

  it("tells what the product keeps for itself only where there is nothing else", () => {
    expect(said([count("answer", 1), count("import_rows", 2)])).toBe(
      "Added 2 sets of import rows, 1 request receipt",
    );
  });

  it("copes with kinds that it does not know", () => {
    expect(said([count("rate_cap", 2)])).toBe("Added 2 rate cap records");
    expect(said([])).toBe("Nothing stored");
  });
});

it("leads to the page of what has one and is still there", () => {
  expect(pageOf(write("loan"))).toBe("/loan/?id=7");
  expect(pageOf(write("loan", {}, { version: 2, deleted: true }))).toBeNull();
  expect(pageOf(write("period"))).toBeNull();
  expect(verbOf(write("loan", {}, { deleted: true }))).toBe("deleted");
});
