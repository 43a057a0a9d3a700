import type { Schemas } from "@/api/client";
import type { ChartColors, ChartOption } from "@/components/chart/chart";
import { axisMoney, count, type Formats, month } from "@/format/format";

import { loansWords } from "../figures/figure-details";
import { FIGURE_WORDS, figureText, type Kind } from "../figures/figure-words";

type History = Schemas["FigureHistory"];

const EVIDENCE = ["reported", "scheduled", "carried", "unknown"] as const;
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
  if (kind === "money") return (value) => axisMoney(value, formats, digits);
  if (PERCENT.includes(kind)) return (value) => `${count(value * 100, formats, digits)}%`;
  return (value) => `${count(value, formats, digits)}${kind === "multiple" ? "x" : ""}`;
}

/** Whether a servicer reported some of a month's loans: else it is scheduled or carried forward. */
const isReported = ({ reported }: Schemas["Evidence"]): boolean => reported > 0;

/**
 * A line for each figure, solid where months were reported and dashed where they are scheduled or carried forward;
 * the last value stands at the line's end.
 */
export function historyOption(history: History, formats: Formats, colors: ChartColors): ChartOption {
  const months = history.evidence.map((evidence) => month(evidence.month, formats));
  const line = { lineStyle: { color: colors.faint } };
  const axes = history.series.map(({ figure, points }) => ticks(FIGURE_WORDS[figure].kind, points, formats));
  return {
    aria: { enabled: false },
    legend: {
      top: 0,
      left: 0,
      type: "scroll",
      textStyle: { color: colors.text },
      itemWidth: 24,
      itemHeight: 10,
    },
    grid: { top: 40, right: 76, bottom: 28, left: 64 },
    xAxis: {
      type: "category",
      data: months,
      boundaryGap: false,
      axisTick: { show: false },
      axisLabel: { color: colors.text, hideOverlap: true },
      axisLine: line,
    },
    yAxis: axes.map((formatter, index) => ({
      type: "value" as const,
      scale: true,
      position: index === 0 ? ("left" as const) : ("right" as const),
      axisLabel: { color: axes.length > 1 ? colors.series[index] : colors.text, formatter },
      splitLine: { show: index === 0, ...line },
    })),
    tooltip: {
      trigger: "axis",
      confine: true,
      formatter: (shown) => tooltip(history, [shown].flat()[0]?.dataIndex ?? -1, formats),
    },
    series: history.series.flatMap(({ figure, points }, index) => {
      const { label, kind } = FIGURE_WORDS[figure];
      const last = points.findLastIndex(({ value }) => value !== null);
      return segments(history.evidence, points).map(({ reported, values }) => ({
        type: "line" as const,
        name: reported ? label : `${label}, scheduled`,
        yAxisIndex: index,
        showSymbol: false,
        color: colors.series[index],
        lineStyle: { type: reported ? ("solid" as const) : ("dashed" as const) },
        data: values,
        ...(values[last] != null && {
          endLabel: {
            show: axes.length === 1,
            color: colors.text,
            formatter: figureText(kind, points[last]?.value, formats, { short: true }),
          },
        }),
      }));
    }),
  };
}

/** A figure's points twice: where months were reported, and where not; the second line begins where the first ends. */
function segments(
  evidence: readonly Schemas["Evidence"][],
  points: readonly Schemas["Point"][],
): { reported: boolean; values: (number | null)[] }[] {
  const value = (index: number): number | null => {
    const known = points[index]?.value;
    return known == null ? null : Number(known);
  };
  const joins = (index: number): boolean =>
    [index - 1, index + 1].some((next) => evidence[next] !== undefined && !isReported(evidence[next]));
  return [true, false]
    .map((reported) => ({
      reported,
      values: evidence.map((month, index) =>
        isReported(month) === reported || (!reported && joins(index)) ? value(index) : null,
      ),
    }))
    .filter(
      ({ reported, values }) =>
        evidence.some((month) => isReported(month) === reported) && values.some((known) => known !== null),
    );
}

function tooltip(history: History, index: number, formats: Formats): string {
  const evidence = history.evidence[index];
  if (evidence === undefined) return "";
  const lines = history.series.flatMap(({ figure, points }) => {
    const point = points[index];
    if (point === undefined) return [];
    const { label, kind } = FIGURE_WORDS[figure];
    const leftOut = point.leftOut > 0 ? `, ${count(point.leftOut, formats)} not included` : "";
    return [
      `${label} <strong>${figureText(kind, point.value, formats)}</strong> (${loansWords(point.loans, formats)}${leftOut})`,
    ];
  });
  const rests = EVIDENCE.filter((of) => evidence[of] > 0).map(
    (of) => `${EVIDENCE_WORDS[of]} ${count(evidence[of], formats)}`,
  );
  return [`<strong>${month(evidence.month, formats)}</strong>`, ...lines, rests.join(", ")].join("<br>");
}
