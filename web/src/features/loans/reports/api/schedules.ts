import { queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

import { ALL_LOANS, isUnderWay } from "./reports";

export type Schedule = Schemas["ReportSchedule"];
export type Run = Schemas["ReportRun"];
export type ScheduleDraft = Schemas["ReportScheduleDraft"];

/** Schedules, the oldest first. */
export const schedulesPages = () =>
  cursorPages<Schedule>(["reports", "schedules"], (cursor, signal) =>
    answered(api.GET("/api/v1/reports/schedules", { params: { query: { cursor } }, signal })),
  );

/** A run as it is now; one under way is looked at again. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["reports", "run", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/reports/runs/{run_id}", { params: { path: { run_id: id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data !== undefined && isUnderWay(data) ? 2_000 : false),
  });

const path = (id: string) => ({ path: { schedule_id: id } });

export const readSchedule = (id: string): Promise<Schedule> =>
  answered(api.GET("/api/v1/reports/schedules/{schedule_id}", { params: path(id) }));

export const createSchedule = (draft: ScheduleDraft): Promise<Schedule> =>
  answered(
    api.POST("/api/v1/reports/schedules", {
      params: { header: { "Idempotency-Key": idempotencyKey() } },
      body: draft,
    }),
  );

export const changeSchedule = (id: string, version: number, draft: ScheduleDraft): Promise<Schedule> =>
  answered(
    api.PUT("/api/v1/reports/schedules/{schedule_id}", {
      params: { ...path(id), header: ifMatch(version) },
      body: draft,
    }),
  );

export const deleteSchedule = async ({ id, version }: Schedule): Promise<void> => {
  await answered(
    api.DELETE("/api/v1/reports/schedules/{schedule_id}", {
      params: { ...path(id), header: ifMatch(version) },
    }),
  );
};

/** Bring back a schedule that was deleted. */
export const restoreSchedule = (id: string): Promise<Schedule> =>
  answered(
    api.POST("/api/v1/reports/schedules/{schedule_id}/restore", {
      params: { ...path(id), header: { "Idempotency-Key": idempotencyKey() } },
    }),
  );

/** Have a schedule's report made now, and sent to its recipients. */
export const makeNow = (id: string): Promise<Run> =>
  answered(
    api.POST("/api/v1/reports/schedules/{schedule_id}/runs", {
      params: { ...path(id), header: { "Idempotency-Key": idempotencyKey() } },
    }),
  );

export const NEW_SCHEDULE: ScheduleDraft = {
  kind: "debt_schedule",
  parameters: { title: null, filter: ALL_LOANS, asOf: null, loanId: null, since: null },
  every: "month",
  weekday: 1,
  day: 1,
  hour: 7,
  format: "xlsx",
  recipients: [],
  onlyIfChanged: false,
  paused: false,
};

/** What a person may say of a schedule, as it is stored. */
export const draftOf = ({
  kind,
  parameters,
  every,
  weekday,
  day,
  hour,
  format,
  recipients,
  onlyIfChanged,
  paused,
}: Schedule): ScheduleDraft => ({
  kind,
  parameters,
  every,
  weekday,
  day,
  hour,
  format,
  recipients,
  onlyIfChanged,
  paused,
});
