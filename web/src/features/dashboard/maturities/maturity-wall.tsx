"use client";

import { SegmentedControl } from "@mantine/core";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";

import type { Schemas } from "@/api/client";
import { writeSearch } from "@/components/address";
import { Chart, type ChartColors, type ChartOption } from "@/components/chart/chart";
import { type Formats, shortMoney, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useDrillDown } from "../drill-down/drill-down";
import { ChartOrTable } from "../figures/chart-or-table";
import { BarKeys } from "./bar-keys";
import {
  type Bucket,
  bucketLines,
  type Slot,
  slotsOf,
  slotWords,
  type Span,
  SPANS,
  wallWords,
} from "./maturity-buckets";
import { MaturityTable } from "./maturity-table";

const HEIGHT = 420;
/** Where the plot lies in the chart: top, right, bottom, left. */
const INSET = [36, 8, 28, 64] as const;
const PARTS = ["fixed", "floating", "stepped"] as const;
const STANDARD: Span = "quarter";

/** When the outstanding balance falls due, by rate type; a bar leads to its loans. */
export function MaturityWall({ wall }: { wall: Schemas["MaturityWall"] }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const asked = useSearchParams().get("by");
  const span = SPANS.find((known) => known === asked) ?? STANDARD;
  const buckets = wall[span];
  const slots = useMemo(() => slotsOf(buckets, span), [buckets, span]);
  const option = useCallback((colors: ChartColors) => wallOption(slots, formats, colors), [slots, formats]);
  const show = (bucket: Bucket | null | undefined) => {
    if (bucket == null) return;
    drillDown({
      title: `Maturing in ${slotWords(bucket.key, formats)}`,
      part: { maturityFrom: bucket.first, maturityTo: bucket.last },
      figure: "outstanding",
    });
  };
  return (
    <ChartOrTable
      title="Maturities"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Width of a bar"
          data={SPANS.map((value) => ({ value, label: word(value) }))}
          value={span}
          onChange={(value) => writeSearch({ by: value === STANDARD ? null : value })}
        />
      }
      chart={
        <div style={{ position: "relative" }}>
          <Chart
            height={HEIGHT}
            label={wallWords(buckets, span, formats)}
            option={option}
            onPick={({ index }) => show(slots[index]?.bucket)}
          />
          <BarKeys
            label="Maturities, bar by bar"
            inset={INSET}
            bars={slots.map(({ key, bucket }) =>
              bucket === null
                ? null
                : { key, label: [slotWords(key, formats), ...bucketLines(bucket, formats)].join(", ") },
            )}
            onPick={(index) => show(slots[index]?.bucket)}
          />
        </div>
      }
      table={() => <MaturityTable buckets={buckets} onPick={show} />}
    />
  );
}

function wallOption(slots: readonly Slot[], formats: Formats, colors: ChartColors): ChartOption {
  const present = PARTS.filter((part) =>
    slots.some(({ bucket }) => bucket !== null && /[1-9]/.test(bucket[part])),
  );
  const past = colors.series[4];
  return {
    grid: { top: INSET[0], right: INSET[1], bottom: INSET[2], left: INSET[3] },
    legend: { top: 0, right: 0, textStyle: { color: colors.text }, itemWidth: 12, itemHeight: 12 },
    xAxis: {
      type: "category",
      data: slots.map(({ key }) => slotWords(key, formats)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.faint } },
      axisLabel: { color: colors.text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      axisLabel: { color: colors.text, formatter: (value: number) => shortMoney(value, formats) },
      splitLine: { lineStyle: { color: colors.faint } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      confine: true,
      formatter: (shown) => {
        const slot = slots[[shown].flat()[0]?.dataIndex ?? -1];
        if (slot === undefined) return "";
        const lines = slot.bucket === null ? ["nothing falls due"] : bucketLines(slot.bucket, formats);
        return [`<strong>${slotWords(slot.key, formats)}</strong>`, ...lines].join("<br>");
      },
    },
    series: present.map((part) => ({
      type: "bar",
      name: word(part),
      stack: "balance",
      barMaxWidth: 48,
      color: colors.series[PARTS.indexOf(part)],
      data: slots.map(({ bucket }) => ({
        value: bucket === null ? 0 : Number(bucket[part]),
        // What is past due has a frame: the color says the rate type already.
        ...(bucket?.past && { itemStyle: { borderColor: past, borderWidth: 3 } }),
      })),
    })),
  };
}
