import { describe, expect, it } from "vitest";

import { pointsOf } from "./curve-text";

describe("points of a curve", () => {
  it.each([
    "2026-12-15 4.05\n2027-01-15 3.9",
    "2026-12-15,4.05%\n\n2027-01-15, 3.9",
    "2026-12-15\t4.05\n2027-01-15;3.9",
  ])("are read from %j", (text) => {
    expect(pointsOf(text, "en-US")).toEqual([
      { on: "2026-12-15", rate: "0.0405" },
      { on: "2027-01-15", rate: "0.039" },
    ]);
  });

  it.each(["later 4.05", "2026-12-15", "2026-12-15 much"])("are not read from %j, which is named", (line) => {
    expect(pointsOf(`2026-11-15 4\n${line}`, "en-US")).toEqual({ line });
  });
});
