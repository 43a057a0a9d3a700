"use client";

import { Box, Skeleton, useComputedColorScheme } from "@mantine/core";
import { useInViewport, useMergedRef, useReducedMotion } from "@mantine/hooks";
import type { BarSeriesOption, LineSeriesOption } from "echarts/charts";
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TooltipComponentOption,
} from "echarts/components";
import type { ComposeOption, ECElementEvent, EChartsType } from "echarts/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import { SERIES } from "@/theme";

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | MarkLineComponentOption
  | TooltipComponentOption
>;

/** Wait for a moment without work, half a second at most: each chart is drawn in one of its own. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    // Not every browser tells of such moments.
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => resolve(), { timeout: 500 });
    else setTimeout(resolve);
  });

export interface ChartColors {
  readonly series: readonly string[];
  readonly text: string;
  readonly faint: string;
}

const COLORS: Readonly<Record<"light" | "dark", ChartColors>> = {
  light: { series: SERIES.light, text: "#3a424d", faint: "#dfe3e8" },
  dark: { series: SERIES.dark, text: "#c4ccd6", faint: "#2b333c" },
};

/**
 * A chart, drawn once it is seen. `label` says what it shows to who cannot see it, next to a table with its figures;
 * `option` gets the colors of the scheme; `onPick` is told which datum was clicked.
 */
export function Chart({
  option,
  label,
  height,
  onPick,
}: {
  option: (colors: ChartColors) => ChartOption;
  label: string;
  height: number;
  onPick?: (datum: { name: string; seriesName: string; index: number }) => void;
}) {
  const scheme = useComputedColorScheme("light");
  const still = useReducedMotion();
  const { ref: viewport, inViewport } = useInViewport<HTMLDivElement>();
  const [seen, setSeen] = useState(false);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(viewport, canvas);
  if (inViewport && !seen) setSeen(true);

  const pick = useEffectEvent((event: ECElementEvent) =>
    onPick?.({ name: event.name, seriesName: event.seriesName ?? "", index: event.dataIndex }),
  );

  // The chart library draws into an element of its own, outside of React's tree.
  useEffect(() => {
    if (!seen) return undefined;
    let gone = false;
    let dispose = () => {};
    void Promise.all([import("./draw"), idle()]).then(([{ init }]) => {
      if (gone || canvas.current === null) return;
      const made = init(canvas.current, null, { renderer: "svg" });
      // On paper a chart keeps its drawing, which the style sheet fits into the page: nobody waits for another one.
      const resized = new ResizeObserver(() => {
        if (!window.matchMedia("print").matches) made.resize();
      });
      made.on("finished", () =>
        canvas.current
          ?.querySelector("svg")
          ?.setAttribute("viewBox", `0 0 ${made.getWidth()} ${made.getHeight()}`),
      );
      resized.observe(canvas.current);
      made.on("click", (event) => pick(event as ECElementEvent));
      dispose = () => {
        resized.disconnect();
        made.dispose();
      };
      setChart(made);
    });
    return () => {
      gone = true;
      dispose();
    };
  }, [seen]);

  useEffect(() => {
    if (chart === null || chart.isDisposed()) return;
    const colors = COLORS[scheme];
    chart.setOption(
      {
        color: [...colors.series],
        // By name: the library measures text on a canvas, which knows nothing to inherit from.
        textStyle: { fontFamily: getComputedStyle(chart.getDom()).fontFamily, color: colors.text },
        animation: !still,
        animationDuration: 200,
        animationDurationUpdate: 200,
        ...option(colors),
      },
      { notMerge: true },
    );
  }, [chart, option, scheme, still]);

  return (
    <Box pos="relative" h={height} role="img" aria-label={label} className="chart">
      <Box ref={ref} h="100%" style={{ cursor: onPick ? "pointer" : undefined }} className="amount" />
      {chart === null && <Skeleton pos="absolute" inset={0} h={height} />}
    </Box>
  );
}
