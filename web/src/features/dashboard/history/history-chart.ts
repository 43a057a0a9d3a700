import type { Schemas } from "@/api/client";
import type { ChartColors, ChartOption } from "@/components/chart/chart";
import { count, type Formats, month, shortMoney } from "@/format/format";

import { loansWords } from "../figures/figure-details";
import { FIGURE_WORDS, figureText, type Kind } from "../figures/figure-words";

type History = Schemas["FigureHistory"];

const EVIDENCE = ["reported", "scheduled", "carried", "unknown"] as const;
/** A color of series: the bars below the figures are quieter than the figures. */
const EVIDENCE_COLORS = { reported: 5, scheduled: 7, carried: 6, unknown: 4 } as const;

/** What the words of the evidence mean. */
export const EVIDENCE_WORDS: Readonly<Record<(typeof EVIDENCE)[number], string>> = {
  reported: "Reported",
  scheduled: "Scheduled",
  carried: "Carried forward",
  unknown: "Not known",
};

const PERCENT: readonly Kind[] = ["rate", "percent"];

const MOST_DIGITS = 4;

/** Values on an axis, where there is room for little: with as many decimals as tell the points of a series apart. */
function ticks(kind: Kind, points: readonly Schemas["Point"][], formats: Formats): (value: number) => string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [Number(value)]));
  const greatest = Math.max(...values.map(Math.abs), 0);
  // Money is shortened to thousands, millions and so on; a percentage is a hundred times what it is written from.
  const unit =
    kind === "money"
      ? 1000 ** Math.max(0, Math.floor(Math.log10(greatest || 1) / 3))
      : PERCENT.includes(kind)
        ? 0.01
        : 1;
  const step = (Math.max(...values) - Math.min(...values)) / unit / 5;
  const digits = step > 0 ? Math.min(MOST_DIGITS, Math.max(0, Math.ceil(-Math.log10(step)))) : 2;
  if (kind === "money") return (value) => shortMoney(value, formats, digits);
  if (PERCENT.includes(kind)) return (value) => `${count(value * 100, formats, digits)}%`;
  return (value) => `${count(value, formats, digits)}${kind === "multiple" ? "x" : ""}`;
}

/** Lines of the figures above, bars of the evidence below, over the same months. */
export function historyOption(history: History, formats: Formats, colors: ChartColors): ChartOption {
  const months = history.evidence.map((evidence) => month(evidence.month, formats));
  const axis = { type: "category" as const, data: months, axisTick: { show: false } };
  const line = { lineStyle: { color: colors.faint } };
  const axes = history.series.map(({ figure, points }) => ticks(FIGURE_WORDS[figure].kind, points, formats));
  return {
    legend: {
      top: 0,
      left: 0,
      type: "scroll",
      textStyle: { color: colors.text },
      itemWidth: 14,
      itemHeight: 10,
    },
    grid: [
      { top: 40, right: axes.length > 1 ? 64 : 12, bottom: 96, left: 64 },
      { height: 44, right: axes.length > 1 ? 64 : 12, bottom: 24, left: 64 },
    ],
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [
      { ...axis, axisLabel: { show: false }, axisLine: line },
      { ...axis, gridIndex: 1, axisLabel: { color: colors.text, hideOverlap: true }, axisLine: line },
    ],
    yAxis: [
      ...axes.map((formatter, index) => ({
        type: "value" as const,
        scale: true,
        position: index === 0 ? ("left" as const) : ("right" as const),
        axisLabel: { color: colors.text, formatter },
        splitLine: { show: index === 0, ...line },
      })),
      {
        type: "value" as const,
        gridIndex: 1,
        splitNumber: 1,
        axisLabel: { color: colors.text },
        splitLine: { show: false },
      },
    ],
    tooltip: {
      trigger: "axis",
      confine: true,
      formatter: (shown) => tooltip(history, [shown].flat()[0]?.dataIndex ?? -1, formats),
    },
    series: [
      ...history.series.map(({ figure, points }, index) => ({
        type: "line" as const,
        name: FIGURE_WORDS[figure].label,
        yAxisIndex: index,
        showSymbol: points.length === 1,
        color: colors.series[index],
        lineStyle: { type: index === 0 ? ("solid" as const) : ("dashed" as const) },
        data: points.map(({ value }) => (value === null ? null : Number(value))),
      })),
      ...EVIDENCE.filter((of) => history.evidence.some((evidence) => evidence[of] > 0)).map((of) => ({
        type: "bar" as const,
        name: EVIDENCE_WORDS[of],
        stack: "evidence",
        xAxisIndex: 1,
        yAxisIndex: axes.length,
        color: colors.series[EVIDENCE_COLORS[of]],
        data: history.evidence.map((evidence) => evidence[of]),
      })),
    ],
  };
}

function tooltip(history: History, index: number, formats: Formats): string {
  const evidence = history.evidence[index];
  if (evidence === undefined) return "";
  const lines = history.series.flatMap(({ figure, points }) => {
    const point = points[index];
    if (point === undefined) return [];
    const { label, kind } = FIGURE_WORDS[figure];
    const leftOut = point.leftOut > 0 ? `, ${count(point.leftOut, formats)} left out` : "";
    return [
      `${label} <strong>${figureText(kind, point.value, formats)}</strong> (${loansWords(point.loans, formats)}${leftOut})`,
    ];
  });
  const rests = EVIDENCE.filter((of) => evidence[of] > 0).map(
    (of) => `${EVIDENCE_WORDS[of]} ${count(evidence[of], formats)}`,
  );
  return [`<strong>${month(evidence.month, formats)}</strong>`, ...lines, rests.join(", ")].join("<br>");
}
