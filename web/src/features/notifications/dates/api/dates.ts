import type { QueryClient } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

export type CriticalDate = Schemas["CriticalDate"];
export type DateKind = Schemas["DateKind"];
export type DateState = Schemas["DateState"];

export interface DateFilter {
  readonly from?: string;
  readonly to?: string;
  readonly kind?: DateKind[];
  readonly state?: DateState[];
  readonly assignee?: string;
  readonly loanId?: string;
}

/** Dates, the earliest first. */
export const datesPages = (filter: DateFilter) =>
  cursorPages<CriticalDate>(["dates", "list", filter], (cursor, signal) =>
    answered(api.GET("/api/v1/dates", { params: { query: { ...filter, limit: 50, cursor } }, signal })),
  );

const params = ({ id, version }: CriticalDate) => ({
  path: { date_id: id },
  header: { ...ifMatch(version), "Idempotency-Key": idempotencyKey() },
});

export async function changeDate(
  client: QueryClient,
  date: CriticalDate,
  how: "done" | "reopen" | { readonly assignee: string | null },
): Promise<void> {
  if (how === "done") {
    await answered(
      api.POST("/api/v1/dates/{date_id}/done", { params: params(date), body: { evidence: null } }),
    );
  } else if (how === "reopen") {
    await answered(api.POST("/api/v1/dates/{date_id}/reopen", { params: params(date) }));
  } else {
    await answered(api.POST("/api/v1/dates/{date_id}/assign", { params: params(date), body: how }));
  }
  await client.invalidateQueries({ queryKey: ["dates"] });
}
