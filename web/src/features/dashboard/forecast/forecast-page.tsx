"use client";

import { Button, SegmentedControl, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { download } from "@/api/client";
import { useAddress } from "@/components/address";
import { Amount } from "@/components/amount";
import { Chart, type ChartColors } from "@/components/chart/chart";
import { notDone } from "@/components/not-done";
import { Page } from "@/components/page";
import { FLAT, PAUSE, ScenarioChoice } from "@/components/scenario/scenario-choice";
import { Surface } from "@/components/surface";
import { count, date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loansWords } from "../figures/figure-details";
import { FilterBar } from "../filters/filter-bar";
import type { Filters } from "../filters/filters";
import { Matching } from "../matching/matching";
import { useFilters } from "../filters/use-filters";
import { curvesQuery, exportPath, type Forecast, forecastQuery, type Horizon } from "./api/forecast";
import { forecastOption } from "./forecast-option";
import { ForecastTable } from "./forecast-table";
import { chartWords, horizonFrom, monthFrom, MONTHS } from "./forecast-words";
import { LeftOut } from "./left-out";
import { LoansThatPay, type Shown } from "./loans-that-pay";

const PAPER = { width: 700, height: 340 };

/** What falls due month by month: interest, principal and balloons of the loans that match. */
export function ForecastPage() {
  const formats = useFormats();
  const [filters] = useFilters();
  const [search, write] = useAddress();
  const asked = horizonFrom(search);
  // Quick moves come faster than the address follows: the slider has a state of its own.
  const [moved, setMoved] = useState(asked.shift);
  const [shift] = useDebouncedValue(moved, PAUSE);
  const horizon = { ...asked, shift };
  const found = useQuery(forecastQuery(filters, horizon));
  const { data } = found;
  return (
    <Page
      title="Debt service"
      subtitle={
        data === undefined ? " " : `${date(data.businessDate, formats)} to ${date(data.last, formats)}`
      }
      actions={<Export filters={filters} horizon={horizon} />}
    >
      <FilterBar />
      <Scenario
        scenario={asked.scenario}
        write={write}
        shift={moved}
        onShift={(value) => {
          setMoved(value);
          write({ shift: value === 0 ? null : String(value) });
        }}
      />
      <Matching found={found} heights={[420, 420]}>
        {(data) => <Months data={data} filters={filters} horizon={horizon} search={search} write={write} />}
      </Matching>
    </Page>
  );
}

type Write = ReturnType<typeof useAddress>[1];

function Scenario({
  scenario,
  write,
  shift,
  onShift,
}: {
  scenario: string;
  write: Write;
  shift: number;
  onShift: (shift: number) => void;
}) {
  const formats = useFormats();
  const { data: curves } = useQuery(curvesQuery);
  return (
    <ScenarioChoice
      curves={[
        ...(curves?.length ? [{ value: "forward", label: "The newest curve of each index" }] : []),
        ...(curves ?? []).map((curve) => ({
          value: curve.id,
          label: `${curve.indexName} as of ${date(curve.asOf, formats)}${curve.source === null ? "" : `, ${curve.source}`}`,
        })),
      ]}
      scenario={scenario}
      onScenario={(value) => write({ scenario: value === FLAT ? null : value })}
      shift={shift}
      onShift={onShift}
    />
  );
}

function Months({
  data,
  filters,
  horizon,
  search,
  write,
}: {
  data: Forecast;
  filters: Filters;
  horizon: Horizon;
  search: URLSearchParams;
  write: Write;
}) {
  const formats = useFormats();
  const month = monthFrom(search, data);
  const opened = month !== null || search.has("leftOut");
  const wanted: Shown | null = month ?? (search.has("leftOut") ? { leftOut: true } : null);
  // What is shown stays while the drawer closes, so that it does not close empty.
  const [before, setBefore] = useState<Shown | null>(null);
  const shown = wanted ?? before;
  const show = (next: Shown) => {
    setBefore(next);
    write("month" in next ? { month: next.month.slice(0, 7) } : { leftOut: "1" });
  };
  const option = useCallback(
    (colors: ChartColors) => forecastOption(data.months, formats, colors),
    [data.months, formats],
  );
  return (
    <>
      {data.leftOut.length > 0 && <LeftOut data={data} onShow={() => show({ leftOut: true })} />}
      {data.computed > 0 && (
        <Surface
          title="By month"
          actions={
            <SegmentedControl
              className="no-print"
              size="xs"
              aria-label="Months ahead"
              data={[...MONTHS]
                .sort((one, other) => one - other)
                .map((value) => ({ value: String(value), label: `${value} months` }))}
              value={String(horizon.months)}
              onChange={(value) => write({ months: value === String(MONTHS[0]) ? null : value })}
            />
          }
        >
          <Text size="sm" mb="xs">
            {`${count(data.computed, formats)} of ${loansWords(data.loans, formats)}, `}
            <Amount value={data.computedBalance} />
            {" of "}
            <Amount value={data.balance} />
            {data.late > 0 &&
              `. ${loansWords(data.late, formats)} late: what is overdue is not in the amounts.`}
          </Text>
          <Chart
            height={380}
            paper={PAPER}
            label={chartWords(data, formats)}
            option={option}
            onPick={({ index }) => {
              const picked = data.months[index];
              if (picked !== undefined) show(picked);
            }}
          />
          <ForecastTable data={data} onPick={show} />
          <Text size="xs" c="dimmed" mt="xs">
            {sentence(data.howComputed, formats)}
          </Text>
        </Surface>
      )}
      <LoansThatPay
        shown={shown}
        opened={opened}
        onClose={() => {
          setBefore(shown);
          write({ month: null, leftOut: null });
        }}
        filters={filters}
        horizon={horizon}
      />
    </>
  );
}

function Export({ filters, horizon }: { filters: Filters; horizon: Horizon }) {
  const exporting = useMutation({
    mutationFn: () => download(exportPath(filters, horizon), "forecast.csv"),
    onError: notDone("Not exported"),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={exporting.isPending}
      onClick={() => exporting.mutate()}
    >
      Export CSV
    </Button>
  );
}
