import { describe, expect, it } from "vitest";

import { beginningOf, decoded, recordsOf, samplesOf } from "./tape-sample";

describe("recordsOf", () => {
  it("reads quoted cells with delimiters, quotation marks and line ends in them", () => {
    const text = 'a,b\r\n"1,250.00","He said ""yes"""\r\n"two\nlines",x';
    expect(recordsOf(text, ",", 10)).toEqual([
      ["a", "b"],
      ["1,250.00", 'He said "yes"'],
      ["two\nlines", "x"],
    ]);
  });

  it("passes over blank rows and stops when it has enough", () => {
    expect(recordsOf("a;b\n;\n\n1;2\n3;4\n", ";", 2)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });
});

describe("samplesOf", () => {
  it("gives the different values of each column", () => {
    expect(samplesOf("n,state\n1,TX\n2,TX\n3,CA\n4\n", ",", 3, 1, 2)).toEqual([["1", "2"], ["TX", "CA"], []]);
  });

  it("passes over what stands above the table", () => {
    expect(samplesOf("Report\n\nn,state\n1,TX\n", ",", 2, 2)).toEqual([["1"], ["TX"]]);
  });
});

describe("decoded", () => {
  it.each([
    ["utf-8", [0xc3, 0xa9], "é"],
    ["utf-8-sig", [0xef, 0xbb, 0xbf, 0x61], "a"],
    ["cp1252", [0xe9], "é"],
    ["utf-32", [0xff, 0xfe, 0, 0, 0xe9, 0, 0, 0], ""],
    ["utf-16", [0xff, 0xfe, 0x61, 0], "a"],
    ["utf-16", [0xfe, 0xff, 0, 0x61], "a"],
    ["utf-16-le", [0x61, 0], "a"],
  ])("reads %s", (encoding, bytes, text) => {
    expect(decoded(new Uint8Array(bytes).buffer, encoding)).toBe(text);
  });
});

describe("beginningOf", () => {
  it("is the whole of a small file", async () => {
    const small = new File(["a,b\n"], "small.csv");
    expect(await beginningOf(small)).toBe(small);
  });

  it("ends with a line where the file is large", async () => {
    const line = `${"x".repeat(99)}\n`;
    const beginning = await beginningOf(new File([line.repeat(20_000)], "large.csv"));
    expect(beginning.size % 100).toBe(0);
    expect(beginning.size).toBeGreaterThan(1_000_000);
  });
});
