import type { Schemas } from "@/api/client";
import { type Formats, month, percent } from "@/format/format";

type Point = Pick<Schemas["Point"], "month" | "value" | "missingShare">;

/** Where a course breaks because too much of the balance is not known, in a sentence; null where it does not. */
export function breakWords(points: readonly Point[], formats: Formats): string | null {
  const runs: Point[][] = [];
  points.forEach((point, index) => {
    if (!isBreak(point)) return;
    const before = points[index - 1];
    if (before !== undefined && isBreak(before)) runs.at(-1)?.push(point);
    else runs.push([point]);
  });
  if (runs.length === 0) return null;
  const spans = runs.map((run) => {
    const [first, last] = [run[0]?.month ?? "", run.at(-1)?.month ?? ""];
    return first === last ? month(first, formats) : `${month(first, formats)} to ${month(last, formats)}`;
  });
  const most = runs
    .flat()
    .reduce((one, other) => (Number(other.missingShare) > Number(one) ? other.missingShare : one), "0");
  return `No value for ${spans.join(", ")}: up to ${percent(most, formats)} of the balance is not known.`;
}

const isBreak = ({ value, missingShare }: Point): boolean => value === null && Number(missingShare) > 0;
