import { keepPreviousData, queryOptions } from "@tanstack/react-query";

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

const PAGE = 200;
/** So many dates a month shows; of more it says where it ends. */
export const MOST = 1_000;

/** The dates of some days, the earliest first: at most `MOST`, with how many there are. */
export const daysQuery = (filter: DateFilter) =>
  queryOptions({
    queryKey: ["dates", "days", filter],
    queryFn: async ({ signal }) => {
      const found: CriticalDate[] = [];
      let [total, cursor] = [0, undefined as string | undefined];
      do {
        const query = { ...filter, limit: PAGE, cursor, total: cursor === undefined };
        const page = await answered(api.GET("/api/v1/dates", { params: { query }, signal }));
        found.push(...page.items);
        total = page.total ?? total;
        cursor = page.next ?? undefined;
      } while (cursor !== undefined && found.length < MOST);
      return { items: found, total };
    },
    placeholderData: keepPreviousData,
  });

/** What a person can say of a date. */
export type DateChange =
  | { readonly to: "done"; readonly evidence: string | null }
  | { readonly to: "waived"; readonly evidence: string }
  | { readonly to: "snoozed"; readonly until: string }
  | { readonly to: "assigned"; readonly assignee: string | null }
  | { readonly to: "reopened" };

export function changeDate({ id, version }: CriticalDate, change: DateChange): Promise<CriticalDate> {
  const params = {
    path: { date_id: id },
    header: { ...ifMatch(version), "Idempotency-Key": idempotencyKey() },
  };
  switch (change.to) {
    case "done":
      return answered(
        api.POST("/api/v1/dates/{date_id}/done", { params, body: { evidence: change.evidence } }),
      );
    case "waived":
      return answered(
        api.POST("/api/v1/dates/{date_id}/waive", { params, body: { evidence: change.evidence } }),
      );
    case "snoozed":
      return answered(api.POST("/api/v1/dates/{date_id}/snooze", { params, body: { until: change.until } }));
    case "assigned":
      return answered(
        api.POST("/api/v1/dates/{date_id}/assign", { params, body: { assignee: change.assignee } }),
      );
    case "reopened":
      return answered(api.POST("/api/v1/dates/{date_id}/reopen", { params }));
  }
}
