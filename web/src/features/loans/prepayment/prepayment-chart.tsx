"use client";

import { useCallback } from "react";

import type { Schemas } from "@/api/client";
import { Chart, type ChartColors, type ChartOption } from "@/components/chart/chart";
import { axisMoney, date, money, month, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

type Cost = Schemas["DatedCost"];

/** What prepaying costs over time; where no prepayment is allowed, or its cost is unknown, there is a gap. */
export function PrepaymentChart({ costs, height }: { costs: readonly Cost[]; height: number }) {
  const formats = useFormats();
  const option = useCallback(
    (colors: ChartColors): ChartOption => ({
      aria: { enabled: false },
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: colors.text } },
        renderMode: "richText",
        formatter: (shown) => {
          const [first] = Array.isArray(shown) ? shown : [shown];
          const cost = costs[first?.dataIndex ?? -1];
          if (cost === undefined) return "";
          const told =
            cost.total === null ? sentence(cost.reason ?? "", formats) : `Cost ${money(cost.total, formats)}`;
          return [date(cost.on, formats), told, `Balance ${money(cost.balance, formats)}`].join("\n");
        },
      },
      xAxis: {
        type: "category",
        data: costs.map(({ on }) => month(on, formats)),
        axisLabel: { color: colors.text, hideOverlap: true },
        axisLine: { lineStyle: { color: colors.faint } },
        axisTick: { show: false },
      },
      yAxis: {
        type: "value",
        axisLabel: { formatter: (value: number) => axisMoney(value, formats), color: colors.text },
        splitLine: { lineStyle: { color: colors.faint } },
      },
      series: [
        {
          name: "Cost",
          type: "line",
          step: "end",
          showSymbol: false,
          connectNulls: false,
          // Heights of a line, no figures: what is shown of a datum is the server's own text.
          data: costs.map(({ total }) => (total === null ? null : Number(total))),
        },
      ],
    }),
    [costs, formats],
  );
  return (
    <Chart
      option={option}
      height={height}
      label={`Cost of prepayment on ${costs.length} payment dates; the table has every figure.`}
    />
  );
}
