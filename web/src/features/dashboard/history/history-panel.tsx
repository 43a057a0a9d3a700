"use client";

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

import { Chart, type ChartColors } from "@/components/chart/chart";
import { ProblemNotice } from "@/components/problem-notice";
import { useFormats } from "@/format/formats";

import { ChartOrTable } from "../figures/chart-or-table";
import { FIGURE_WORDS } from "../figures/figure-words";
import type { Filters } from "../filters/filters";
import { historyQuery } from "./api/history";
import { askedFromSearch } from "./history-address";
import { historyOption } from "./history-chart";
import { HistoryControls } from "./history-controls";
import { HistoryTable } from "./history-table";

const HEIGHT = 420;

/** One or two headline figures month by month, and on what each month rests. */
export function HistoryPanel({ filters, businessDate }: { filters: Filters; businessDate: string }) {
  const formats = useFormats();
  const asked = askedFromSearch(new URLSearchParams(useSearchParams()), businessDate);
  const { data, error, refetch } = useQuery(historyQuery(filters, asked));
  const option = useCallback(
    (colors: ChartColors) => (data === undefined ? {} : historyOption(data, formats, colors)),
    [data, formats],
  );
  const names = asked.figures.map((name) => FIGURE_WORDS[name].label).join(" and ");
  const empty = data?.evidence.length === 0;
  return (
    <ChartOrTable
      title="History"
      controls={<HistoryControls asked={asked} businessDate={businessDate} />}
      chart={
        error && data === undefined ? (
          <ProblemNotice problem={error} onRetry={() => void refetch()} />
        ) : empty ? (
          <Text c="dimmed" mih={HEIGHT}>
            Nothing is known of these months.
          </Text>
        ) : (
          <Chart
            height={HEIGHT}
            label={`${names} by month, with the number of loans reported, scheduled, carried forward and not known`}
            option={option}
          />
        )
      }
      table={() => (data === undefined ? null : <HistoryTable history={data} />)}
    />
  );
}
