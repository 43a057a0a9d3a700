import type { Schemas } from "@/api/client";

import classes from "./headline.module.css";

type Point = Pick<Schemas["Point"], "month" | "value">;

const WIDTH = 100;
const HEIGHT = 30;
const MARGIN = 2;
/** The picture is at least so much of the greatest value high: a small change must not look like a fall. */
const LEAST_RANGE = 0.2;

/** The course of a figure as a line above a baseline, up to its last known month; months without a value are gaps. */
export function Sparkline({ points }: { points: readonly Point[] }) {
  const lines = linesThrough(points.map(({ value }) => (value === null ? null : Number(value))));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={classes.trend} aria-hidden>
      {lines.length > 0 && (
        <line x1={0} y1={HEIGHT - 1} x2={WIDTH} y2={HEIGHT - 1} vectorEffect="non-scaling-stroke" />
      )}
      {lines.map((line) => (
        <polyline key={line} points={line} fill="none" vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
}

/** Where each run of known values lies in the picture, as SVG points. */
export function linesThrough(values: readonly (number | null)[]): string[] {
  const known = values.filter((value) => value !== null);
  const [lowest, highest] = [Math.min(...known), Math.max(...known)];
  const height = Math.max(highest - lowest, LEAST_RANGE * Math.max(Math.abs(highest), Math.abs(lowest)));
  const middle = (lowest + highest) / 2;
  const lines: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      lines.push([]);
      return;
    }
    const x = values.length > 1 ? (index / (values.length - 1)) * WIDTH : WIDTH;
    const part = height > 0 ? (value - middle) / height + 0.5 : 0.5;
    const y = HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN);
    lines.at(-1)?.push(`${round(x)},${round(y)}`);
  });
  return lines.filter((line) => line.length > 1).map((line) => line.join(" "));
}

const round = (number: number): number => Math.round(number * 100) / 100;
