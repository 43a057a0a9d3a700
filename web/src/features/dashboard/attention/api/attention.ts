import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";
import { counted, type Formats } from "@/format/format";

import type { Filters, SettingValue } from "../../filters/filters";

/** Below this a loan's income leaves little room above its debt service. */
const LOW_DSCR = 1.25;
const MOST = 25;

/** The outstanding loans with the lowest coverage. */
export const lowestCoverageQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ["dashboard", "lowest-coverage", filters],
    queryFn: async ({ signal }) =>
      (
        await answered(
          api.GET("/api/v1/dashboard/loans", {
            params: { query: { ...filters, figure: "outstanding", order: "dscr", limit: MOST } },
            signal,
          }),
        )
      ).items,
    placeholderData: keepPreviousData,
  });

/** `2 loans with DSCR below 1.25x`, of the DSCRs that are asked for; null where there is none. */
export function lowCoverageWords(
  lines: readonly Pick<Schemas["LoanLine"], "dscr" | "reportedDscr">[],
  source: SettingValue<"source">,
  formats: Formats,
): string | null {
  const dscrs = lines.map(({ dscr, reportedDscr }) => (source === "computed" ? dscr : reportedDscr));
  const low = dscrs.filter((dscr) => dscr !== null && Number(dscr) < LOW_DSCR).length;
  if (low === 0) return null;
  const loans = low === MOST ? `${MOST}+ loans` : counted(low, "loan", "loans", formats);
  return `${loans} with ${source === "computed" ? "" : "reported "}DSCR below ${LOW_DSCR}x`;
}

/** The last import that changed something; null where there is none. */
export const latestImportQuery = queryOptions({
  queryKey: ["imports", "latest"],
  queryFn: async ({ signal }) => {
    const { items } = await answered(
      api.GET("/api/v1/imports", { params: { query: { limit: 10 } }, signal }),
    );
    return items.find(({ state, dryRun }) => state === "done" && !dryRun) ?? null;
  },
});
