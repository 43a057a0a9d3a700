"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";

import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { asOfWords } from "../figures/figure-details";
import { RolledNote } from "../figures/rolled-note";
import { dashboardQuery } from "../filters/api/dashboard";
import { FilterBar } from "../filters/filter-bar";
import { useFilters } from "../filters/use-filters";
import { DemonstrationNotice } from "../first-run/demonstration-notice";
import { FirstRun } from "../first-run/first-run";
import { ViewsMenu } from "../views/views-menu";
import { DashboardBody } from "./dashboard-body";
import { DashboardSkeleton } from "./dashboard-skeleton";
import classes from "./dashboard.module.css";
import { ExportMenu } from "./export-menu";
import { LiveMark } from "./live-mark";
import { useLive } from "./use-live";

/** What the portfolio comes to, live. */
export function DashboardPage() {
  const formats = useFormats();
  const [filters, setFilters] = useFilters();
  const {
    data: latest,
    error,
    refetch,
    isPlaceholderData,
    dataUpdatedAt,
  } = useQuery(dashboardQuery(filters));
  // Later figures are drawn in steps, which a press of a key can come between; the first ones at once.
  const data = useDeferredValue(latest) ?? latest;
  const everything = useQuery(dashboardQuery({})).data;
  const liveness = useLive(data?.sequence);
  const asOf = data?.figures.outstanding.asOf ?? null;
  const live = <LiveMark liveness={liveness} since={dataUpdatedAt} />;

  // The ageing also counts loans that are closed: without any of it there is no loan at all.
  if (everything?.compositions.status.slices.length === 0) {
    return (
      <Page title="Dashboard" subtitle={live}>
        <FirstRun />
      </Page>
    );
  }
  return (
    <Page
      title="Dashboard"
      subtitle={
        data === undefined ? (
          " "
        ) : (
          <>
            {date(data.businessDate, formats)}
            {asOf !== null && `, ${asOfWords(asOf, formats)}`}
            <span className="no-print"> · </span>
            {live}
          </>
        )
      }
      actions={
        <>
          <ViewsMenu page="dashboard" />
          <ExportMenu filters={filters} />
        </>
      }
    >
      <DemonstrationNotice />
      <FilterBar />
      {data?.rolled != null && <RolledNote rolled={data.rolled} on={data.businessDate} />}
      {error && (data === undefined || liveness === "live") && (
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <DashboardSkeleton />
      ) : data.compositions.status.slices.length === 0 ? (
        <EmptyState
          title="No loans match these filters"
          actions={<Button onClick={() => setFilters({})}>Clear filters</Button>}
        >
          Remove a filter, or clear all of them.
        </EmptyState>
      ) : (
        <div className={classes.body} aria-busy={isPlaceholderData}>
          <DashboardBody data={data} filters={filters} />
        </div>
      )}
    </Page>
  );
}
