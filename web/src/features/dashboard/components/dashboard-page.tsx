"use client";

import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";

import { dashboardQuery } from "../api/dashboard";
import { DashboardBody } from "./dashboard-body";
import { FilterBar } from "./filter-bar";
import { useFilters } from "./use-filters";

export function DashboardPage() {
  const [filters] = useFilters();
  const { data, error, refetch } = useQuery(dashboardQuery(filters));
  if (error) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Page title="Dashboard">
      <FilterBar />
      <DashboardBody data={data} filters={filters} />
    </Page>
  );
}
