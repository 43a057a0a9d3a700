import type { Schemas } from "@/api/client";
import { count, type Formats, month, percent } from "@/format/format";

import type { Kind } from "../figures/figure-words";

type Point = Pick<Schemas["Point"], "month" | "value">;

const BASIS_POINTS = 10_000;
const SIGNS = { up: "▲", down: "▼", same: "=" } as const;

/** How a figure stands against the month before, in the measure that its kind is compared in. */
export interface Change {
  readonly direction: keyof typeof SIGNS;
  /** `▼ 0.3% vs Oct 2026`. */
  readonly text: string;
}

/**
 * The change from one month to the next, for orientation: of an amount in percent, of a percentage in basis points, of
 * anything else in its own unit. Null where one of the two months is not known.
 */
export function changeOf(kind: Kind, points: readonly Point[], formats: Formats): Change | null {
  const [before, now] = points.slice(-2);
  if (before?.value == null || now?.value == null) return null;
  const [from, to] = [Number(before.value), Number(now.value)];
  const text = difference(kind, from, to, formats);
  const direction = text === null ? "same" : to > from ? "up" : "down";
  const vs = `vs ${month(before.month, formats)}`;
  return { direction, text: text === null ? `Unchanged ${vs}` : `${SIGNS[direction]} ${text} ${vs}` };
}

/** How far two values are apart as text; null where nothing of it would be seen. */
function difference(kind: Kind, from: number, to: number, formats: Formats): string | null {
  const apart = Math.abs(to - from);
  if (kind === "money") {
    if (from === 0 || to === 0) return null;
    const part = apart / Math.abs(from);
    return part < 0.0005 ? null : percent(String(part), formats, 1);
  }
  if (kind === "rate" || kind === "percent") {
    const points = Math.round(apart * BASIS_POINTS);
    return points === 0 ? null : `${count(points, formats)} bp`;
  }
  const digits = kind === "count" ? 0 : 2;
  const shown = count(apart, formats, digits, digits);
  if (!/[1-9]/.test(shown)) return null;
  return kind === "multiple" ? `${shown}x` : kind === "years" ? `${shown} years` : shown;
}
