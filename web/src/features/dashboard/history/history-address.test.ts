import { describe, expect, test } from "vitest";

import { askedChanges, askedFromSearch } from "./history-address";

const read = (search: string) => askedFromSearch(new URLSearchParams(search), "2026-11-23");

describe("the history that an address asks for", () => {
  test("is five years of the outstanding balance unless it says otherwise", () => {
    expect(read("")).toEqual({ figures: ["outstanding"], from: "2021-11" });
    expect(read("history=dscr,ltv&monthFrom=2025-01&monthTo=2026-06")).toEqual({
      figures: ["dscr", "ltv"],
      from: "2025-01",
      to: "2026-06",
    });
  });

  test("leaves out what the server would refuse", () => {
    expect(read("history=dscr,dscr,ltv,occupancy,toString")).toMatchObject({ figures: ["dscr", "ltv"] });
    expect(read("monthFrom=2025-13&monthTo=soon")).toEqual({ figures: ["outstanding"], from: "2021-11" });
    expect(read("monthFrom=2025-03&monthTo=2025-02")).toEqual({ figures: ["outstanding"], from: "2025-03" });
  });

  test("is written without what is the standard", () => {
    expect(askedChanges({ figures: ["outstanding"] })).toEqual({ history: null });
    expect(askedChanges({ figures: ["ltv", "dscr"] })).toEqual({ history: "ltv,dscr" });
    expect(askedChanges({ from: "2025-01", to: "" })).toEqual({ monthFrom: "2025-01", monthTo: null });
  });
});
