"use client";

import { Anchor, Group, SegmentedControl, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";

import { writeSearch } from "@/components/address";
import { Chart, type ChartColors } from "@/components/chart/chart";
import Link from "@/components/link";
import { word } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Dashboard } from "../answers/figures";
import { useDrillDown } from "../drill-down/drill-down";
import { ChartOrTable } from "../figures/chart-or-table";
import { type Filters, narrowed, searchFromFilters } from "../filters/filters";
import { loanTotalsQuery } from "../loan-lines/api/loan-lines";
import { BarKeys } from "./bar-keys";
import {
  type Amounts,
  AMOUNTS,
  amountsWords,
  type Bucket,
  bucketLines,
  type Later,
  laterLines,
  type Slot,
  slotsOf,
  slotWords,
  type Span,
  SPANS,
  wallWords,
} from "./maturity-buckets";
import { MaturityTable } from "./maturity-table";
import { INSET, wallOption } from "./wall-option";

const HEIGHT = 440;
const PAPER = { width: 700, height: 300 };
const PHONE = "screen and (max-width: 40em)";
const STANDARD: Span = "year";

/** When the outstanding balance falls due, by rate type; a bar leads to its loans. */
export function MaturityWall({ data, filters }: { data: Dashboard; filters: Filters }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const search = useSearchParams();
  const asked = search.get("by");
  const span = SPANS.find((known) => known === asked) ?? STANDARD;
  const amounts: Amounts = search.get("amounts") === "schedule" ? "schedule" : "today";
  const buckets = data.maturities[span];
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const slots = useMemo(
    () => slotsOf(buckets, span, data.businessDate, phone),
    [buckets, span, data.businessDate, phone],
  );
  const later = useLater(filters, slots.at(-1)?.from);
  const option = useCallback(
    (colors: ChartColors) => wallOption(slots, later, amounts, formats, colors),
    [slots, later, amounts, formats],
  );
  const showFrom = (words: string, part: Filters) =>
    drillDown({ title: `Maturing in ${words}`, part, figure: "outstanding" });
  const showBucket = (bucket: Bucket) =>
    showFrom(slotWords(bucket, formats), { maturityFrom: bucket.first, maturityTo: bucket.last });
  const show = (slot: Slot | undefined) => {
    if (slot?.from !== undefined) showFrom(slotWords(slot, formats), { maturityFrom: slot.from });
    else if (slot?.bucket != null) showBucket(slot.bucket);
  };
  return (
    <ChartOrTable
      title="Maturities"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Group by"
          data={SPANS.map((value) => ({ value, label: word(value) }))}
          value={span}
          onChange={(value) => writeSearch({ by: value === STANDARD ? null : value })}
        />
      }
      controls={
        <Group justify="space-between" gap="xs" mb={4}>
          <Text size="xs" c="dimmed">
            {amountsWords(
              amounts,
              data.maturities.withoutSchedule,
              formats,
              data.rolled && data.businessDate,
            )}
            {". "}
            <Anchor
              component={Link}
              className="no-print"
              href={`/debt-service/?${searchFromFilters(filters, new URLSearchParams())}`}
              inherit
              underline="always"
            >
              Debt service by month
            </Anchor>
          </Text>
          <SegmentedControl
            className="no-print"
            size="xs"
            aria-label="Amounts"
            data={(["today", "schedule"] as const).map((value) => ({ value, label: AMOUNTS[value] }))}
            value={amounts}
            onChange={(value) => writeSearch({ amounts: value === "today" ? null : value })}
          />
        </Group>
      }
      chart={
        <div style={{ position: "relative" }}>
          <Chart
            height={HEIGHT}
            paper={PAPER}
            label={wallWords(buckets, span, amounts, formats)}
            option={option}
            onPick={({ index }) => show(slots[index])}
          />
          <BarKeys
            label="Maturities, bar by bar"
            inset={INSET}
            bars={slots.map((slot) => {
              const lines = linesOf(slot, later, formats);
              return lines === null
                ? null
                : { key: slot.key, label: [slotWords(slot, formats), ...lines].join(", ") };
            })}
            onPick={(index) => show(slots[index])}
          />
        </div>
      }
      table={() => <MaturityTable buckets={buckets} onPick={showBucket} />}
    />
  );
}

function linesOf(
  slot: Slot,
  later: Later | null,
  formats: Parameters<typeof bucketLines>[1],
): string[] | null {
  if (slot.from !== undefined) return later === null ? null : laterLines(later, formats);
  return slot.bucket === null ? null : bucketLines(slot.bucket, formats);
}

/** What falls due from a day on: added up by the server, as every amount is. */
function useLater(filters: Filters, from: string | undefined): Later | null {
  const listed = { ...narrowed(filters, { maturityFrom: from ?? "" }), figure: "outstanding" as const };
  const { data } = useQuery({ ...loanTotalsQuery(listed), enabled: from !== undefined });
  return useMemo(
    () =>
      from === undefined || data?.outstanding.value == null
        ? null
        : {
            balance: data.outstanding.value,
            loans: data.outstanding.loans,
            weightedRate: data.weightedRate.value,
            dueBySchedule: data.dueBySchedule,
            withoutSchedule: data.withoutSchedule,
          },
    [from, data],
  );
}
