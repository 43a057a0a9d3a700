import type { ChartColors, ChartOption } from "@/components/chart/chart";
import { axisMoney, count, type Formats, money, word } from "@/format/format";

import type { Schemas } from "@/api/client";

import { STACK } from "./what-if-words";

type Bar = Schemas["StressBar"];

/** All that is known of a bar, line by line. */
export function barLines(bar: Bar, formats: Formats): string[] {
  const some = (value: string) => /[1-9]/.test(value);
  return [
    `Owed today ${money(bar.balance, formats)}${bar.past ? ", past maturity" : ""}, ${count(bar.loans, formats)} loans`,
    `Balloons due ${money(bar.balloon, formats)}`,
    ...STACK.filter(([name]) => some(bar[name])).map(
      ([name, label]) => `${label} ${money(bar[name], formats)}`,
    ),
  ];
}

/** What the wall shows, for who cannot see it. */
export const wallWords = (bars: readonly Bar[], by: Schemas["Span"], formats: Formats): string =>
  `Balloons due by ${by}, split into financeable and gap, beside today’s balance: ${count(bars.length, formats)} ${word(by).toLowerCase()}s`;

/** The wall of balloons as a chart: what new loans pay, what is missing, what is not known; a dot for today’s balance. */
export function balloonOption(bars: readonly Bar[], formats: Formats, colors: ChartColors): ChartOption {
  const fill: Record<(typeof STACK)[number][0], string | undefined> = {
    financeable: colors.series[0],
    gap: colors.red,
    notSized: colors.series[1],
    withoutSchedule: colors.faint,
    extended: colors.series[2],
  };
  // Heights of bars, no figures: what is shown of a datum is the server’s own text.
  const stacks = STACK.map(([name, label]) => ({
    name: label,
    color: fill[name],
    hatched: name === "extended",
    data: bars.map((bar) => Number(bar[name])),
  })).filter(({ data }) => data.some((value) => value > 0));
  return {
    aria: { enabled: false },
    grid: { top: 44, right: 12, bottom: 28, left: 64 },
    legend: { top: 0, right: 0, textStyle: { color: colors.text }, itemWidth: 12, itemHeight: 12 },
    xAxis: {
      type: "category",
      data: bars.map(({ key }) => key),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.faint } },
      axisLabel: { color: colors.text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      axisLabel: { color: colors.text, formatter: (value: number) => axisMoney(value, formats) },
      splitLine: { lineStyle: { color: colors.faint } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (pointed) => {
        const bar = bars[[pointed].flat()[0]?.dataIndex ?? -1];
        return bar === undefined
          ? ""
          : [`<strong>${bar.key}</strong>`, ...barLines(bar, formats)].join("<br>");
      },
    },
    series: [
      ...stacks.map(({ name, color, hatched, data }) => ({
        type: "bar" as const,
        name,
        // What was extended is in no other sum: it stands beside the others, not on them.
        stack: hatched ? "extended" : "balloon",
        barMaxWidth: 48,
        color,
        ...(hatched && { itemStyle: { opacity: 0.45 } }),
        data,
      })),
      {
        type: "line" as const,
        name: "Balance today",
        symbol: "diamond",
        symbolSize: 9,
        lineStyle: { width: 0 },
        color: colors.text,
        data: bars.map(({ balance }) => Number(balance)),
      },
    ],
  };
}
