import { parsePercent } from "@/format/parse";
import { isDay, parseDate } from "@/format/parse-date";

import type { CurveDraft } from "./api/rates";

/** The points of a curve as people paste them, a day and a percentage a line; or the first line that is none. */
export function pointsOf(text: string, locale: string): CurveDraft["points"] | { readonly line: string } {
  const points: CurveDraft["points"] = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const [day = "", value = ""] = line.split(/[\t;]+|\s*,\s*(?!.*,)|\s+(?=[^\s]+$)/);
    const on = parseDate(day.trim(), locale);
    const rate = parsePercent(value.trim(), locale);
    if (on === null || !isDay(on) || rate === null || rate === "") return { line };
    points.push({ on, rate });
  }
  return points;
}
