"use client";

import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

import type { Schemas } from "@/api/client";
import { writeSearch } from "@/components/address";
import { Chart, type ChartColors } from "@/components/chart/chart";
import { ProblemNotice } from "@/components/problem-notice";
import { month } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Dashboard } from "../answers/figures";
import { breakWords } from "../figures/break-words";
import { ChartOrTable } from "../figures/chart-or-table";
import { FIGURE_WORDS, figureText } from "../figures/figure-words";
import type { Filters } from "../filters/filters";
import { historyQuery, reportedTo } from "./api/history";
import { askedChanges, askedFromSearch } from "./history-address";
import { historyOption } from "./history-chart";
import { HistoryControls } from "./history-controls";
import { HistoryTable } from "./history-table";

const HEIGHT = 430;
/** A column of the page. */
const PAPER = { width: 370, height: 240 };

/** One or two headline figures month by month, up to the last report unless the address says otherwise. */
export function HistoryPanel({
  filters,
  data: { businessDate, figures, rolled },
}: {
  filters: Filters;
  data: Dashboard;
}) {
  const reported = reportedTo({ businessDate, figures, rolled });
  const asked = askedFromSearch(new URLSearchParams(useSearchParams()), reported);
  const { data, error, refetch } = useQuery(historyQuery(filters, asked));
  return (
    <ChartOrTable
      title="History"
      controls={<HistoryControls asked={asked} reported={reported} />}
      chart={
        data !== undefined ? (
          <Course history={data} />
        ) : error ? (
          <ProblemNotice problem={error} onRetry={() => void refetch()} />
        ) : (
          <div style={{ height: HEIGHT }} />
        )
      }
      table={() => (data === undefined ? null : <HistoryTable history={data} />)}
    />
  );
}

/** The figures as a chart; of one month their values, of none what to do. */
function Course({ history }: { history: Schemas["FigureHistory"] }) {
  const formats = useFormats();
  const option = useCallback(
    (colors: ChartColors) => historyOption(history, formats, colors),
    [history, formats],
  );
  const names = history.series.map(({ figure }) => FIGURE_WORDS[figure].label).join(" and ");
  const [only, ...others] = history.evidence;
  if (only === undefined) {
    return (
      <Stack align="flex-start" gap="sm" mih={HEIGHT}>
        <Text c="dimmed">No data in this period.</Text>
        <Button size="xs" variant="default" onClick={() => writeSearch(askedChanges({ from: "", to: "" }))}>
          Show months with data
        </Button>
      </Stack>
    );
  }
  if (others.length === 0) {
    return (
      <Stack gap="md" mih={HEIGHT / 2}>
        {history.series.map(({ figure, points }) => (
          <div key={figure}>
            <Text size="sm" c="dimmed">
              {`${FIGURE_WORDS[figure].label}, ${month(only.month, formats)}`}
            </Text>
            <Text
              fz="1.75rem"
              fw={650}
              className={FIGURE_WORDS[figure].kind === "money" ? "amount" : undefined}
            >
              {figureText(FIGURE_WORDS[figure].kind, points[0]?.value, formats)}
            </Text>
          </div>
        ))}
        <Text size="sm" c="dimmed">
          One month so far. A chart appears once a second month is imported.
        </Text>
      </Stack>
    );
  }
  const gaps = history.series.flatMap(({ figure, points }) => {
    const words = breakWords(points, formats);
    return words === null ? [] : [`${FIGURE_WORDS[figure].label}: ${words}`];
  });
  return (
    <>
      <Chart
        height={HEIGHT}
        paper={PAPER}
        label={[`${names} by month; the table says what each month rests on`, ...gaps].join(". ")}
        option={option}
      />
      {gaps.map((words) => (
        <Text key={words} size="xs" c="dimmed">
          {words}
        </Text>
      ))}
    </>
  );
}
