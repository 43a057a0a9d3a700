import type { ChartColors, ChartOption } from "@/components/chart/chart";
import { axisMoney, type Formats, month } from "@/format/format";

import type { MonthOfLoans } from "./api/forecast";
import { isSome, monthLines } from "./forecast-words";

const LEFT = 64;
const RIGHT = 12;
/** Balloons are many times a month's debt service: they stand above it, on an axis of their own. */
const BALLOONS = { top: 44, height: 96, left: LEFT, right: RIGHT } as const;
const DEBT_SERVICE = { top: 172, bottom: 28, left: LEFT, right: RIGHT } as const;

/** What falls due month by month as a chart: balloons above, interest and principal stacked below. */
export function forecastOption(
  months: readonly MonthOfLoans[],
  formats: Formats,
  colors: ChartColors,
): ChartOption {
  const names = months.map(({ month: first }) => month(first, formats));
  const axis = (gridIndex: number, shown: boolean) => ({
    type: "category" as const,
    gridIndex,
    data: names,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colors.faint } },
    axisLabel: { show: shown, color: colors.text, hideOverlap: true },
  });
  const amounts = (gridIndex: number, splits: number) => ({
    type: "value" as const,
    gridIndex,
    splitNumber: splits,
    axisLabel: { color: colors.text, formatter: (value: number) => axisMoney(value, formats) },
    splitLine: { lineStyle: { color: colors.faint } },
  });
  // Heights of bars, no figures: what is shown of a datum is the server's own text.
  const known = months.map((due) => Number(due.interest) - Number(due.projectedInterest));
  const stack = (name: string, color: string | undefined, data: number[], opacity = 1) => ({
    type: "bar" as const,
    name,
    stack: "debt service",
    xAxisIndex: 1,
    yAxisIndex: 1,
    barMaxWidth: 32,
    color,
    itemStyle: { opacity },
    data,
  });
  const projected = months.some((due) => isSome(due.projectedInterest));
  return {
    aria: { enabled: false },
    grid: [BALLOONS, DEBT_SERVICE],
    legend: { top: 0, right: 0, textStyle: { color: colors.text }, itemWidth: 12, itemHeight: 12 },
    xAxis: [axis(0, false), axis(1, true)],
    yAxis: [amounts(0, 2), amounts(1, 4)],
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (pointed) => {
        const place = [pointed].flat()[0]?.dataIndex ?? -1;
        const due = months[place];
        return due === undefined
          ? ""
          : [`<strong>${names[place]}</strong>`, ...monthLines(due, formats)].join("<br>");
      },
    },
    series: [
      {
        type: "bar" as const,
        name: "Balloons",
        barMaxWidth: 32,
        color: colors.series[2],
        data: months.map(({ balloon }) => Number(balloon)),
      },
      stack("Interest", colors.series[0], known),
      ...(projected
        ? [
            stack(
              "Interest, projected",
              colors.series[0],
              months.map((due) => Number(due.projectedInterest)),
              0.45,
            ),
          ]
        : []),
      stack(
        "Principal",
        colors.series[1],
        months.map(({ principal }) => Number(principal)),
      ),
    ],
  };
}
