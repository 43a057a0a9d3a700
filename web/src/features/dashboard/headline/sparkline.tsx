import type { Schemas } from "@/api/client";

import classes from "./headline.module.css";

type Point = Pick<Schemas["Point"], "month" | "value">;

const WIDTH = 100;
const HEIGHT = 30;
const MARGIN = 2;

/** The course of a figure as a line without axes, from its lowest to its highest; months without a value are gaps. */
export function Sparkline({ points, large = false }: { points: readonly Point[]; large?: boolean }) {
  const lines = linesThrough(points.map(({ value }) => (value === null ? null : Number(value))));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={large ? classes.trendLarge : classes.trend}
      aria-hidden
    >
      {lines.map((line) => (
        <polyline key={line} points={line} fill="none" vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
}

/** Where each run of known values lies in the picture, as SVG points. */
export function linesThrough(values: readonly (number | null)[]): string[] {
  const known = values.filter((value) => value !== null);
  const lowest = Math.min(...known);
  const height = Math.max(...known) - lowest;
  const lines: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      lines.push([]);
      return;
    }
    const x = values.length > 1 ? (index / (values.length - 1)) * WIDTH : WIDTH;
    const part = height > 0 ? (value - lowest) / height : 0.5;
    const y = HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN);
    lines.at(-1)?.push(`${round(x)},${round(y)}`);
  });
  return lines.filter((line) => line.length > 1).map((line) => line.join(" "));
}

const round = (number: number): number => Math.round(number * 100) / 100;
