import { describe, expect, it } from "vitest";

import { parted } from "./parted";

describe("parted", () => {
  it("loses nothing of the text, marked or not", () => {
    const text = "🏢 the yield maintenance 𝛼 premium";
    const marks = [
      [6, 11],
      [24, 25],
    ];
    expect(
      parted(text, marks)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
    expect(
      parted(text, marks)
        .filter(({ marked }) => marked)
        .map((part) => part.text),
    ).toEqual(["yield", "𝛼"]);
  });

  it("takes a text without marks as it is", () => {
    expect(parted("words", [])).toEqual([{ text: "words", marked: false }]);
    expect(parted("", [])).toEqual([]);
  });

  it("marks nothing twice where marks overlap", () => {
    expect(
      parted("abcdef", [
        [0, 4],
        [2, 5],
      ]),
    ).toEqual([
      { text: "abcd", marked: true },
      { text: "e", marked: true },
      { text: "f", marked: false },
    ]);
  });
});
