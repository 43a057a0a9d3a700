import { describe, expect, it } from "vitest";

import { MOST_BYTES, sortFiles } from "./tape-files";

const file = (name: string, text = `a,b\n1,${name}\n`) => new File([text], name);
const names = (files: readonly File[]) => files.map(({ name }) => name);

describe("sortFiles", () => {
  it("takes tapes in the order of their names, numbers as numbers", async () => {
    const added = [
      file("deal-10.csv"),
      file("deal-9.csv"),
      file("deal-2017-07-11.xml", "<?xml version='1.0'?><a/>"),
    ];
    const { accepted, refused } = await sortFiles([], added);
    expect(names(accepted)).toEqual(["deal-9.csv", "deal-10.csv", "deal-2017-07-11.xml"]);
    expect(refused).toEqual([]);
  });

  it.each([
    ["empty.csv", "", "empty"],
    ["letter.docx", "anything", "EX-102"],
    ["tape.csv", "%PDF-1.7", "PDF"],
    ["tape.xml", "a,b,c", "none in it"],
    [`${"n".repeat(200)}.csv`, "a", "200 characters"],
  ])("refuses %s with %j in it", async (name, text, reason) => {
    const { accepted, refused } = await sortFiles([], [file(name, text)]);
    expect(accepted).toEqual([]);
    expect(refused[0]?.reason).toContain(reason);
  });

  it.each(["tape.xls", "tape.xlsx"])(
    "refuses the old format of workbooks in %s, and takes the new one",
    async (name) => {
      const old = new File([new Uint8Array([0xd0, 0xcf, 0x11, 0xe0])], name);
      const { accepted, refused } = await sortFiles([], [old, file("new.xlsx", "PK\u0003\u0004")]);
      expect(names(accepted)).toEqual(["new.xlsx"]);
      expect(refused[0]?.reason).toContain("old .xls format");
    },
  );

  it("refuses what is too large before it is sent", async () => {
    const large = file("large.csv");
    Object.defineProperty(large, "size", { value: MOST_BYTES + 1 });
    expect((await sortFiles([], [large])).refused[0]?.reason).toContain("512 MB");
  });

  it("refuses the same file twice, under whatever name", async () => {
    const { accepted, refused } = await sortFiles(
      [file("one.csv", "same")],
      [file("one.csv", "same"), file("two.csv", "same"), file("one.csv", "else"), file("three.csv", "four")],
    );
    expect(names(accepted)).toEqual(["one.csv", "three.csv"]);
    expect(refused.map(({ reason }) => reason)).toEqual([
      "The same file is there already.",
      "It holds the same as one.csv, byte for byte.",
      "Another file of this name is there already: remove one of them.",
    ]);
  });

  it("takes XML with a mark or in two bytes a character", async () => {
    const wide = new File([new Uint8Array([0xff, 0xfe, 0x3c, 0, 0x61, 0])], "wide.xml");
    const marked = new File([new Uint8Array([0xef, 0xbb, 0xbf, 0x3c, 0x61])], "marked.xml");
    expect((await sortFiles([], [wide, marked])).refused).toEqual([]);
  });
});
