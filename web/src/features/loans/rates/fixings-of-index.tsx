"use client";

import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";

import { useMay } from "@/api/me";
import { Chart, type ChartColors, type ChartOption } from "@/components/chart/chart";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "../records/table.module.css";
import { type FixingView, fixingsQuery, type IndexView } from "./api/rates";
import { fixingText, marksOf } from "./rate-words";
import { TakeOutFixing } from "./take-out-fixing";

/** An index's latest fixings, drawn and listed, each with what it replaced. */
export function FixingsOfIndex({ index }: { index: IndexView }) {
  const formats = useFormats();
  const { data, error, refetch } = useQuery(fixingsQuery(index.index));
  return (
    <Surface title={index.name}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {[index.publisher, index.license]
            .filter((words) => words !== null)
            .map((words) => sentence(words, formats))
            .join(" ")}
        </Text>
        {error !== null && data === undefined && (
          <ProblemNotice problem={error} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && <Skeleton h={320} />}
        {data !== undefined && (
          <>
            <FixingsChart index={index} fixings={data.items} />
            <FixingsTable index={index} fixings={data.items} />
          </>
        )}
      </Stack>
    </Surface>
  );
}

function FixingsChart({ index, fixings }: { index: IndexView; fixings: readonly FixingView[] }) {
  const formats = useFormats();
  const option = useCallback(
    (colors: ChartColors): ChartOption => {
      const shown = fixings.toReversed();
      const level = index.index === "sofr_index";
      // Heights of a line, no figures: what is shown of a point is the server's own text.
      const height = (text: string) => Number(text) * (level ? 1 : 100);
      const axis = { axisLine: { lineStyle: { color: colors.faint } }, axisTick: { show: false } };
      return {
        aria: { enabled: false },
        grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
        tooltip: {
          trigger: "axis",
          renderMode: "richText",
          formatter: (hovered) => {
            const [first] = Array.isArray(hovered) ? hovered : [hovered];
            const one = shown[first?.dataIndex ?? -1];
            return one === undefined
              ? ""
              : `${date(one.on, formats)}\n${fixingText(index.index, one.value, formats)}`;
          },
        },
        xAxis: {
          type: "category",
          data: shown.map(({ on }) => date(on, formats)),
          axisLabel: { color: colors.text, hideOverlap: true },
          ...axis,
        },
        yAxis: {
          type: "value",
          scale: true,
          axisLabel: { color: colors.text, formatter: level ? "{value}" : "{value}%" },
          splitLine: { lineStyle: { color: colors.faint } },
        },
        series: [
          {
            name: index.name,
            type: "line",
            showSymbol: false,
            data: shown.map(({ value }) => height(value)),
          },
        ],
      };
    },
    [fixings, index, formats],
  );
  return (
    <Chart
      option={option}
      height={240}
      label={`${index.name}: the last ${fixings.length} fixings; the table has every value.`}
    />
  );
}

function FixingsTable({ index, fixings }: { index: IndexView; fixings: readonly FixingView[] }) {
  const formats = useFormats();
  const may = useMay("portfolio.write");
  const label = `Fixings of ${index.name}`;
  return (
    <div
      className={classes.scroll}
      role="region"
      aria-label={label}
      tabIndex={0}
      style={{ maxHeight: "24rem" }}
    >
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col" data-start>
              Day
            </th>
            <th scope="col">Value</th>
            <th scope="col" data-start>
              Published
            </th>
            <th scope="col" data-start>
              Remarks
            </th>
            <th scope="col" data-start>
              Source
            </th>
            {may && (
              <th scope="col" data-start>
                Change
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {fixings.map((fixing) => (
            <tr key={fixing.on}>
              <th scope="row" data-start>
                {date(fixing.on, formats)}
              </th>
              <td>{fixingText(index.index, fixing.value, formats)}</td>
              <td data-start>{date(fixing.publishedOn, formats)}</td>
              <td data-start>
                {[
                  marksOf(fixing),
                  ...fixing.former.map(({ value }) => `before ${fixingText(index.index, value, formats)}`),
                ]
                  .filter((words) => words !== "")
                  .join(", ")}
              </td>
              <td data-start>{fixing.source}</td>
              {may && (
                <td data-start>
                  <TakeOutFixing fixing={fixing} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
