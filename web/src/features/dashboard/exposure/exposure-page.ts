"use client";

// For the browser: the pages hand this on to the lists of lenders, funds and portfolios.
import { answered, api, type Schemas } from "@/api/client";
import type { CursorPage } from "@/components/table/pages";

/** A page of lenders, funds or portfolios by what is owed; those without loans come last, by name. */
export async function exposurePage(
  to: Schemas["ExposureTo"],
  { q, order, cursor }: { q?: string; order: string; cursor?: string },
  signal: AbortSignal,
): Promise<CursorPage<Schemas["Exposure"]>> {
  const query = { to, q, order: order as Schemas["ExposureOrder"], cursor };
  return answered(api.GET("/api/v1/dashboard/exposures", { params: { query }, signal }));
}
