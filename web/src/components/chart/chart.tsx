"use client";

import { Box, Skeleton, useComputedColorScheme } from "@mantine/core";
import { useInViewport, useMergedRef, useReducedMotion } from "@mantine/hooks";
import type { BarSeriesOption, LineSeriesOption } from "echarts/charts";
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  MarkPointComponentOption,
  TooltipComponentOption,
} from "echarts/components";
import type { ComposeOption, ECElementEvent, EChartsType } from "echarts/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";

import { isPrinting, usePrinting, watchPrinting } from "@/components/printing";
import { SERIES } from "@/theme";

import type * as draw from "./draw";

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | MarkLineComponentOption
  | MarkPointComponentOption
  | TooltipComponentOption
>;

type Library = typeof draw;

let library: Promise<Library> | null = null;

/** The chart library, asked for once; what failed is asked for again by the next chart. */
function loaded(): Promise<Library> {
  library ??= import("./draw").catch((error: unknown) => {
    library = null;
    throw error;
  });
  return library;
}

/** Wait for an idle moment, half a second at most: each chart is drawn in its own. Printing does not wait. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if (isPrinting()) return resolve();
    const go = () => {
      unwatch();
      resolve();
    };
    const unwatch = watchPrinting(go);
    // Not every browser has requestIdleCallback.
    if ("requestIdleCallback" in window) window.requestIdleCallback(go, { timeout: 500 });
    else setTimeout(go);
  });

export interface ChartColors {
  readonly series: readonly string[];
  readonly text: string;
  readonly faint: string;
  /** For what is wrong, and for that alone. */
  readonly red: string;
}

const COLORS: Readonly<Record<"light" | "dark", ChartColors>> = {
  light: { series: SERIES.light, text: "#3a424d", faint: "#dfe3e8", red: "#b42318" },
  dark: { series: SERIES.dark, text: "#c4ccd6", faint: "#2b333c", red: "#ff8c82" },
};

export interface PaperSize {
  readonly width: number;
  readonly height: number;
}

/** What was drawn for the screen fits into a page of paper: see the style sheet. */
function fit(chart: EChartsType): void {
  chart
    .getDom()
    .querySelector("svg")
    ?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
}

/**
 * A chart, drawn once it is seen or printed. `label` says what it shows to who cannot see it, next to a table with its figures;
 * `option` gets the colors of the scheme; `onPick` is told which datum was clicked. `paper` is how large it is drawn to be
 * printed, in pixels, where the screen's drawing would not do.
 */
export function Chart({
  option,
  label,
  height,
  paper,
  onPick,
}: {
  option: (colors: ChartColors) => ChartOption;
  label: string;
  height: number;
  paper?: PaperSize;
  onPick?: (datum: { name: string; seriesName: string; index: number }) => void;
}) {
  const scheme = useComputedColorScheme("light");
  const still = useReducedMotion();
  const { ref: viewport, inViewport } = useInViewport<HTMLDivElement>();
  const printing = usePrinting();
  const [seen, setSeen] = useState(false);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const forPaper = useRef(false);
  const ref = useMergedRef(viewport, canvas);
  if ((inViewport || printing) && !seen) setSeen(true);

  const pick = useEffectEvent((event: ECElementEvent) =>
    onPick?.({ name: event.name, seriesName: event.seriesName ?? "", index: event.dataIndex }),
  );

  // The chart library draws into an element of its own, outside of React's tree.
  useEffect(() => {
    if (!seen) {
      // Printing begins without warning: whatever it needs has to be there already.
      idle()
        .then(loaded)
        .catch(() => null); // asked for again once the chart is seen
      return undefined;
    }
    let gone = false;
    let dispose = () => {};
    void Promise.all([loaded(), idle()]).then(([{ init }]) => {
      if (gone || canvas.current === null) return;
      const made = init(canvas.current, null, { renderer: "svg", height });
      // On paper a chart keeps its drawing, which the style sheet fits into the page: nobody waits for another one.
      const resized = new ResizeObserver(() => {
        if (!isPrinting()) made.resize();
      });
      made.on("finished", () => fit(made));
      resized.observe(canvas.current);
      made.on("click", (event) => pick(event as ECElementEvent));
      dispose = () => {
        resized.disconnect();
        made.dispose();
      };
      if (isPrinting()) flushSync(() => setChart(made));
      else setChart(made);
    });
    return () => {
      gone = true;
      dispose();
    };
  }, [seen, height]);

  useEffect(() => {
    if (chart === null || chart.isDisposed()) return;
    const colors = COLORS[printing ? "light" : scheme];
    if (printing && paper !== undefined) {
      chart.resize({ ...paper });
      forPaper.current = true;
    } else if (forPaper.current) {
      chart.resize({ width: "auto", height });
      forPaper.current = false;
    }
    chart.setOption(
      {
        color: [...colors.series],
        // By name: the library measures text on a canvas, which inherits no font.
        textStyle: { fontFamily: getComputedStyle(chart.getDom()).fontFamily, color: colors.text },
        animation: !still && !printing,
        animationDuration: 200,
        animationDurationUpdate: 200,
        ...option(colors),
      },
      { notMerge: true },
    );
    if (!printing) return;
    chart.getZr().flush();
    fit(chart);
  }, [chart, option, scheme, still, printing, paper, height]);

  return (
    <Box pos="relative" h={height} role="img" aria-label={label} className="chart">
      <Box ref={ref} h="100%" style={{ cursor: onPick ? "pointer" : undefined }} className="amount" />
      {chart === null && <Skeleton pos="absolute" inset={0} h={height} />}
    </Box>
  );
}
