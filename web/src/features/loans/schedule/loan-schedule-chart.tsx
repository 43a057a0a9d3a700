"use client";

import { useCallback } from "react";

import type { Schemas } from "@/api/client";
import { Chart, type ChartColors, type ChartOption } from "@/components/chart/chart";
import { axisMoney, date, money, month, shortMoney } from "@/format/format";
import { useFormats } from "@/format/formats";

type Installment = Schemas["InstallmentView"];

const HEADROOM = 1.15;

/** A round number that is not below another: an axis that ends between two of its marks prints them over each other. */
export function axisEnd(height: number): number | undefined {
  if (height <= 0) return undefined;
  const unit = 10 ** Math.floor(Math.log10(height));
  const steps = [1, 2, 2.5, 4, 5, 8, 10];
  return unit * (steps.find((step) => step * unit >= height) ?? 10);
}

/** The balance after each payment, and what of each payment is interest and what principal. */
export function LoanScheduleChart({
  installments,
  height,
}: {
  installments: readonly Installment[];
  height: number;
}) {
  const formats = useFormats();
  const option = useCallback(
    (colors: ChartColors): ChartOption => {
      // Heights of bars, no figures: what is shown of a datum is the server's own text.
      const height = (text: string) => Number(text);
      const regular = installments.slice(0, -1).map(({ payment }) => height(payment));
      const highest = axisEnd(Math.max(0, ...regular) * HEADROOM);
      const last = installments.at(-1);
      const axis = { axisLine: { lineStyle: { color: colors.faint } }, axisTick: { show: false } };
      const amounts = { formatter: (value: number) => axisMoney(value, formats), color: colors.text };
      return {
        aria: { enabled: false },
        grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
        legend: { top: 0, textStyle: { color: colors.text }, itemWidth: 14, itemHeight: 10, itemGap: 24 },
        tooltip: {
          trigger: "axis",
          axisPointer: { type: "line", lineStyle: { color: colors.text } },
          renderMode: "richText",
          formatter: (shown) => {
            const [first] = Array.isArray(shown) ? shown : [shown];
            const row = installments[first?.dataIndex ?? -1];
            if (row === undefined) return "";
            return [
              date(row.dueDate, formats),
              `Balance ${money(row.endingBalance, formats)}`,
              `Interest ${money(row.interest, formats)}`,
              `Principal ${money(row.principal, formats)}`,
            ].join("\n");
          },
        },
        xAxis: {
          type: "category",
          data: installments.map(({ dueDate }) => month(dueDate, formats)),
          axisLabel: { color: colors.text, hideOverlap: true },
          ...axis,
        },
        yAxis: [
          { type: "value", axisLabel: amounts, splitLine: { lineStyle: { color: colors.faint } } },
          // The last payment repays what is left: with room for it, all other bars would be too small to see.
          { type: "value", max: highest, axisLabel: amounts, splitLine: { show: false } },
        ],
        series: [
          {
            name: "Balance",
            type: "line",
            step: "end",
            showSymbol: false,
            data: installments.map(({ endingBalance }) => height(endingBalance)),
          },
          {
            name: "Interest",
            type: "bar",
            stack: "payment",
            yAxisIndex: 1,
            barCategoryGap: "20%",
            itemStyle: { opacity: 0.85 },
            data: installments.map(({ interest }) => height(interest)),
          },
          {
            name: "Principal",
            type: "bar",
            stack: "payment",
            yAxisIndex: 1,
            itemStyle: { opacity: 0.85 },
            data: installments.map(({ principal }) => height(principal)),
            // The last payment's bar does not fit: an arrow says that it goes on, and how much it is.
            markPoint:
              last !== undefined && highest !== undefined && height(last.payment) > highest
                ? {
                    symbol: "arrow",
                    symbolSize: 10,
                    animation: false,
                    itemStyle: { color: colors.text },
                    label: {
                      position: "left",
                      color: colors.text,
                      formatter: shortMoney(last.payment, formats),
                    },
                    data: [{ name: "Last payment", coord: [installments.length - 1, highest] }],
                  }
                : undefined,
          },
        ],
      };
    },
    [installments, formats],
  );
  return (
    <Chart
      option={option}
      height={height}
      label={`Balance, interest and principal of ${installments.length} installments; the table has every figure.`}
    />
  );
}
