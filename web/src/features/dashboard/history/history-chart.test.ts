import { expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { historyOption } from "./history-chart";

const FORMATS = { locale: "en-US", currency: "USD" };
const COLORS = { series: [], text: "#000", faint: "#eee", red: "#f00" };

function history(figure: Schemas["FigureName"], values: readonly string[]): Schemas["FigureHistory"] {
  const months = values.map((_, index) => `2026-0${index + 1}`);
  const rest = {
    numerator: null,
    denominator: null,
    loans: 1,
    leftOut: 0,
    leftOutBalance: "0.00",
    missingShare: "0.000000",
  };
  return {
    businessDate: "2026-11-27",
    sequence: 1,
    filters: {},
    series: [
      {
        figure,
        unit: "ratio",
        points: values.map((value, index) => ({ ...rest, month: months[index] ?? "", value })),
      },
    ],
    evidence: months.map((month) => ({
      month,
      reported: 1,
      scheduled: 0,
      carried: 0,
      unknown: 0,
      unknownBalance: "0.00",
    })),
  };
}

function labels(
  figure: Schemas["FigureName"],
  values: readonly string[],
  ticks: readonly number[],
): string[] {
  const { yAxis } = historyOption(history(figure, values), FORMATS, COLORS);
  const [axis] = [yAxis].flat();
  const formatter = axis?.type === "value" ? axis.axisLabel?.formatter : undefined;
  if (typeof formatter !== "function") throw new Error("The axis has no words of its own.");
  return ticks.map((tick) => (formatter as (value: number) => string)(tick));
}

it("tells the marks of an axis apart, however near they are", () => {
  expect(labels("dscr", ["1.709", "1.721"], [1.708, 1.712, 1.716])).toEqual(["1.708x", "1.712x", "1.716x"]);
  expect(labels("outstanding", ["1969899740.08", "2045295553.35"], [1.98e9, 2e9, 2.02e9])).toEqual([
    "$1.98B",
    "$2B",
    "$2.02B",
  ]);
  expect(labels("ltv", ["0.61", "0.63"], [0.61, 0.615])).toEqual(["61%", "61.5%"]);
});

it("says no more than is needed where they are far apart", () => {
  expect(labels("outstanding", ["0", "900000000"], [0, 3e8, 6e8])).toEqual(["$0", "$300M", "$600M"]);
  expect(labels("dscr", ["1.50"], [1.5])).toEqual(["1.5x"]);
});

it("draws dashed what no servicer reported, joined to what was, and names the last value", () => {
  const all = history("outstanding", ["300.00", "200.00", "200.00", "200.00"]);
  const evidence = all.evidence.map((month, index) =>
    index < 2 ? month : { ...month, reported: 0, carried: 1 },
  );
  const { series } = historyOption({ ...all, evidence }, FORMATS, COLORS);
  const lines = [series].flat().map((one) => {
    if (one?.type !== "line") throw new Error("Only lines are drawn.");
    return [one.name, one.lineStyle?.type, one.data, one.endLabel?.formatter];
  });
  expect(lines).toEqual([
    ["Outstanding", "solid", [300, 200, null, null], undefined],
    ["Outstanding, scheduled", "dashed", [null, 200, 200, 200], "$200"],
  ]);
});
