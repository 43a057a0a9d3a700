"use client";

import { useCallback, useMemo } from "react";

import type { Schemas } from "@/api/client";
import { Chart, type ChartColors, type ChartOption } from "@/components/chart/chart";
import { Surface } from "@/components/surface";
import { axisMoney, date, type Formats, money, word } from "@/format/format";
import { useFormats } from "@/format/formats";

const HEIGHT = 280;
const FEWEST = 2;

interface Known {
  readonly day: string;
  readonly value: string | null;
  readonly income: string | null;
  readonly basis: string | null;
}

/** What the property was worth and earned over the years; the tables below say the same. */
export function PropertyFigures({ asset }: { asset: Schemas["Property"] }) {
  const formats = useFormats();
  const days = useMemo(() => knownDays(asset), [asset]);
  const option = useCallback((colors: ChartColors) => figuresOption(days, formats, colors), [days, formats]);
  if (days.length < FEWEST) return null;
  const told = days.map(({ day, value, income }) =>
    [
      date(day, formats),
      value === null ? null : `value ${money(value, formats)}`,
      income === null ? null : `NOI ${money(income, formats)}`,
    ]
      .filter((part) => part !== null)
      .join(", "),
  );
  return (
    <Surface title="Value and net operating income">
      <Chart height={HEIGHT} option={option} label={`Value and net operating income. ${told.join("; ")}.`} />
    </Surface>
  );
}

/** Each dated value and income, oldest first; of one day the last one said stands. Budgets are not what was earned. */
function knownDays({ valuations, operatingStatements }: Schemas["Property"]): readonly Known[] {
  const days = new Map<string, Known>();
  const add = (day: string | null, known: Partial<Known>) => {
    if (day === null) return;
    days.set(day, { ...(days.get(day) ?? { day, value: null, income: null, basis: null }), ...known });
  };
  for (const { asOf, amount } of valuations) add(asOf, { value: amount });
  for (const { periodEnd, netOperatingIncome, basis } of operatingStatements) {
    if (basis !== "budget" && netOperatingIncome !== null)
      add(periodEnd, { income: netOperatingIncome, basis });
  }
  return [...days.values()].sort((one, other) => one.day.localeCompare(other.day));
}

function figuresOption(days: readonly Known[], formats: Formats, colors: ChartColors): ChartOption {
  const axis = (name: string) => ({
    type: "value" as const,
    name,
    nameTextStyle: { color: colors.text },
    axisLabel: { color: colors.text, formatter: (value: number) => axisMoney(value, formats) },
    splitLine: { lineStyle: { color: colors.faint } },
  });
  return {
    grid: { top: 48, right: 72, bottom: 28, left: 72 },
    legend: { top: 0, right: 0, textStyle: { color: colors.text }, itemWidth: 12, itemHeight: 12 },
    xAxis: {
      type: "category",
      data: days.map(({ day }) => date(day, formats)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.faint } },
      axisLabel: { color: colors.text, hideOverlap: true },
    },
    yAxis: [axis("Value"), { ...axis("NOI"), splitLine: { show: false } }],
    tooltip: {
      trigger: "axis",
      confine: true,
      formatter: (shown) => {
        const known = days[[shown].flat()[0]?.dataIndex ?? -1];
        if (known === undefined) return "";
        const lines = [
          known.value === null ? null : `Value ${money(known.value, formats)}`,
          known.income === null
            ? null
            : `NOI ${money(known.income, formats)} (${word(known.basis).toLowerCase()})`,
        ].filter((line) => line !== null);
        return [`<strong>${date(known.day, formats)}</strong>`, ...lines].join("<br>");
      },
    },
    series: [
      {
        type: "bar",
        name: "NOI",
        yAxisIndex: 1,
        barMaxWidth: 32,
        color: colors.series[1],
        data: days.map(({ income }) => (income === null ? null : Number(income))),
      },
      {
        type: "line",
        name: "Value",
        connectNulls: true,
        symbolSize: 8,
        color: colors.series[0],
        data: days.map(({ value }) => (value === null ? null : Number(value))),
      },
    ],
  };
}
