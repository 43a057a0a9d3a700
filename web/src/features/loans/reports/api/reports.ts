import {
  type InfiniteData,
  experimental_streamedQuery as streamedQuery,
  queryOptions,
} from "@tanstack/react-query";

import { answered, api, follow, idempotencyKey, type Schemas } from "@/api/client";
import { followOn } from "@/api/following";
import { type CursorPage, cursorPages } from "@/components/table/pages";

export type ReportRun = Schemas["ReportRun"];
export type ReportKind = Schemas["ReportKind"];
export type ReportParameters = Schemas["ReportParameters"];

export const isUnderWay = ({ state }: Pick<ReportRun, "state">): boolean =>
  state === "queued" || state === "running";

/** Runs of reports, the latest first. A list with one under way is looked at again. */
export const reportRunsPages = () => ({
  ...cursorPages<ReportRun>(["reports", "list"], (cursor, signal) =>
    answered(api.GET("/api/v1/reports/runs", { params: { query: { cursor } }, signal })),
  ),
  refetchInterval: ({ state }: { state: { data?: InfiniteData<CursorPage<ReportRun>, unknown> } }) =>
    state.data?.pages.some((page) => page.items.some(isUnderWay)) ? 2_000 : false,
});

/** A run, followed as it comes further until it is at rest. */
export const reportRunQuery = (id: string) =>
  queryOptions({
    queryKey: ["reports", "one", id],
    queryFn: streamedQuery<ReportRun, ReportRun | null>({
      streamFn: ({ signal }) => watchRun(id, signal),
      reducer: (_, latest) => latest,
      initialValue: null,
      refetchMode: "append",
    }),
    meta: { followed: true },
  });

async function* watchRun(id: string, signal: AbortSignal): AsyncGenerator<ReportRun> {
  const path = `/api/v1/reports/runs/${encodeURIComponent(id)}/events`;
  const events = followOn<ReportRun>((watching, onOpen) => follow(path, watching, onOpen), signal, {
    isLast: (run) => !isUnderWay(run),
  });
  for await (const { data } of events) yield data;
}

/** What differs from the run before it that was asked for alike. */
export const differenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["reports", "difference", id],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/reports/runs/{run_id}/difference", { params: { path: { run_id: id } }, signal }),
      ),
  });

/** A filter that leaves every loan in. */
export const ALL_LOANS: ReportParameters["filter"] = {
  status: null,
  lenderId: null,
  fundId: null,
  portfolioId: null,
  propertyId: null,
  deal: null,
  tag: null,
};

/** Have a report made in the background. */
export const startReport = (kind: ReportKind, parameters: ReportParameters): Promise<ReportRun> =>
  answered(
    api.POST("/api/v1/reports/{kind}/runs", {
      params: { path: { kind }, header: { "Idempotency-Key": idempotencyKey() } },
      body: parameters,
    }),
  );
