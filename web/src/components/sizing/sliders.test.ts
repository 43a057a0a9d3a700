import { describe, expect, it } from "vitest";

import { askedBy, CASE, NEW_LOAN, onTheWire, positionsIn, SHOCK, sliderWords, stated } from "./sliders";

const US = { locale: "en-US", currency: "USD" };

function words(name: string, position: number): string {
  const slider = [...SHOCK, ...NEW_LOAN, ...CASE].find((each) => each.name === name);
  return slider === undefined ? "no slider" : sliderWords(slider, position, US);
}

describe("sliders", () => {
  it("say whole steps as decimal text, without a float", () => {
    expect(onTheWire(675, { decimals: 4 })).toBe("0.0675");
    expect(onTheWire(-200, { decimals: 4 })).toBe("-0.0200");
    expect(onTheWire(125, { decimals: 2 })).toBe("1.25");
    expect(onTheWire(0, { decimals: 2 })).toBe("0.00");
    expect(onTheWire(-7, { decimals: 2 })).toBe("-0.07");
  });

  it("stand where the address says, and at their start where it says what they do not reach", () => {
    const search = new URLSearchParams("rateShift=0.0125&incomeChange=-9&capRateShift=many");
    expect(positionsIn(search, SHOCK)).toEqual({ rateShift: 125, incomeChange: 0, capRateShift: 0 });
  });

  it("ask for what was moved, and find it again in the address", () => {
    const moved = { rateShift: 125, incomeChange: -10, capRateShift: 0 };
    const asked = askedBy(moved, SHOCK);
    expect(asked).toEqual({ rateShift: "0.0125", incomeChange: "-0.10", capRateShift: null });
    expect(stated(asked)).toEqual({ rateShift: "0.0125", incomeChange: "-0.10" });
    expect(positionsIn(new URLSearchParams(stated(asked)), SHOCK)).toEqual(moved);
  });

  it("say where they stand", () => {
    expect(words("rateShift", 125)).toBe("+125 bp");
    expect(words("incomeChange", -10)).toBe("-10%");
    expect(words("capRateShift", 0)).toBe("0 bp");
    expect(words("minimumDscr", 125)).toBe("1.25x");
    expect(words("capRate", 375)).toBe("Latest valuation");
    expect(words("capRate", 650)).toBe("6.50%");
  });

  it("reach their start by whole steps", () => {
    for (const { least, most, step, start } of [...SHOCK, ...NEW_LOAN, ...CASE]) {
      expect((start - least) % step).toBe(0);
      expect((most - least) % step).toBe(0);
    }
  });
});
