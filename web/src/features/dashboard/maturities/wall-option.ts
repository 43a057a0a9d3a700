import type { ChartColors, ChartOption } from "@/components/chart/chart";
import { axisMoney, type Formats, percent, shortMoney, word } from "@/format/format";

import {
  type Amounts,
  AMOUNTS,
  bucketLines,
  type Later,
  laterLines,
  type Slot,
  slotWords,
} from "./maturity-buckets";

/** Where the bars lie in the chart: top, right, bottom, left. */
export const INSET = [128, 12, 28, 64] as const;
/** Above them the rates: where these begin, and how much room they have. */
const RATES = { top: 48, height: 44 } as const;
const PARTS = ["fixed", "floating", "stepped"] as const;
const PAST = "Past maturity";
const LATER = "Later";
const TODAY = "Balance today";
/** As many bars have room for their values above them. */
const MOST_VALUES = 14;

const hatch = () => ({
  decal: {
    symbol: "rect" as const,
    dashArrayX: [1, 0],
    dashArrayY: [3, 4],
    rotation: -Math.PI / 4,
    color: "rgba(255, 255, 255, 0.45)",
  },
});

interface Bar {
  readonly value: number;
  readonly past: boolean;
}

/**
 * The maturity wall as a chart: bars of today's balance by rate type, the past in red, or what is due by the schedules
 * beside today's balance; a dot for the rate of each.
 */
export function wallOption(
  slots: readonly Slot[],
  later: Later | null,
  amounts: Amounts,
  formats: Formats,
  colors: ChartColors,
): ChartOption {
  const { red } = colors;
  const valued = slots.length <= MOST_VALUES;
  const balance = ({ bucket, from }: Slot): string | null =>
    from === undefined ? (bucket?.balance ?? null) : (later?.balance ?? null);
  const due = ({ bucket, from }: Slot): string | null =>
    from === undefined ? (bucket?.dueBySchedule ?? null) : (later?.dueBySchedule ?? null);
  const shown = amounts === "today" ? balance : due;
  const rateOf = ({ bucket, from }: Slot): string | null =>
    (from === undefined ? bucket?.weightedRate : later?.weightedRate) ?? null;
  // Heights of bars, no figures: what is shown of a datum is the server's own text.
  const bars = (of: (slot: Slot) => string | null, past: boolean): Bar[] =>
    slots.map((slot) => {
      const amount = (slot.bucket?.past ?? false) === past ? of(slot) : null;
      return { value: Number(amount ?? 0), past };
    });
  const heights = (of: (slot: Slot) => string | null) =>
    slots.map((slot) => ({ value: Number(of(slot) ?? 0) }));
  const beside = [
    { name: TODAY, color: colors.faint, data: heights(balance) },
    { name: AMOUNTS.schedule, color: colors.series[0], data: heights(due) },
  ];
  const byRate = [
    { name: PAST, color: red, data: bars(({ bucket }) => bucket?.balance ?? null, true) },
    ...PARTS.map((part, index) => ({
      name: word(part),
      color: colors.series[index],
      data: bars(({ bucket }) => bucket?.[part] ?? null, false),
    })),
    {
      name: LATER,
      color: colors.faint,
      data: slots.map((slot) => ({ value: Number((slot.from && balance(slot)) ?? 0) })),
    },
  ].filter(({ data }) => data.some(({ value }) => value > 0));
  const stacks = amounts === "today" ? byRate : beside;
  const axis = {
    type: "category" as const,
    data: slots.map((slot) => slotWords(slot, formats)),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colors.faint } },
  };
  return {
    aria: { enabled: false },
    grid: [
      { top: INSET[0], right: INSET[1], bottom: INSET[2], left: INSET[3] },
      { ...RATES, right: INSET[1], left: INSET[3] },
    ],
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    legend: { top: 0, right: 0, textStyle: { color: colors.text }, itemWidth: 12, itemHeight: 12 },
    xAxis: [
      { ...axis, axisLabel: { color: colors.text, hideOverlap: true, ...(valued && { interval: 0 }) } },
      { ...axis, gridIndex: 1, axisLabel: { show: false } },
    ],
    yAxis: [
      {
        type: "value",
        axisLabel: { color: colors.text, formatter: (value: number) => axisMoney(value, formats) },
        splitLine: { lineStyle: { color: colors.faint } },
      },
      {
        type: "value",
        gridIndex: 1,
        scale: true,
        splitNumber: 2,
        // Nearer to each other, their words would touch.
        minInterval: 0.02,
        axisLabel: { color: colors.text, formatter: (value: number) => percent(String(value), formats, 1) },
        splitLine: { lineStyle: { color: colors.faint } },
      },
    ],
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      // Beside the bar that it is about, not on it.
      position: ([x], _, __, ___, { contentSize, viewSize }) => [
        x < viewSize[0] / 2
          ? Math.min(x + 24, viewSize[0] - contentSize[0])
          : Math.max(0, x - 24 - contentSize[0]),
        INSET[0],
      ],
      formatter: (pointed) => {
        const slot = slots[[pointed].flat()[0]?.dataIndex ?? -1];
        if (slot === undefined) return "";
        const lines =
          slot.from !== undefined
            ? later === null
              ? []
              : laterLines(later, formats)
            : slot.bucket === null
              ? ["No maturities"]
              : bucketLines(slot.bucket, formats);
        return [`<strong>${slotWords(slot, formats)}</strong>`, ...lines].join("<br>");
      },
    },
    series: [
      ...stacks.map(({ name, color, data }, index) => ({
        type: "bar" as const,
        name,
        ...(amounts === "today" && { stack: "balance" }),
        barMaxWidth: 48,
        color,
        ...(name === PAST && { itemStyle: hatch() }),
        data: [...data],
        // The last of a stack bears the value of the whole bar.
        ...(valued &&
          index === stacks.length - 1 && {
            label: {
              show: true,
              position: "top" as const,
              color: colors.text,
              fontSize: 11,
              formatter: ({ dataIndex }: { dataIndex: number }) => {
                const slot = slots[dataIndex];
                const whole = slot === undefined ? null : shown(slot);
                return whole === null ? "" : shortMoney(whole, formats);
              },
            },
          }),
      })),
      {
        type: "line" as const,
        name: "Average rate",
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbol: "circle",
        symbolSize: 7,
        lineStyle: { width: 0 },
        color: colors.text,
        data: slots.map((slot) => {
          const known = rateOf(slot);
          return known === null ? null : Number(known);
        }),
      },
    ],
  };
}
