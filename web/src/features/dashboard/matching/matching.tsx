"use client";

import { Button, Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";

import dashboard from "../overview/dashboard.module.css";
import { useFilters } from "../filters/use-filters";

/**
 * What is shown of the loans that match: the failure, where it is on its way places of these heights, where nothing is
 * owed how to see more, and else what `children` makes of it, which says that it is of before while the next comes.
 */
export function Matching<T extends { readonly loans: number }>({
  found: { data, error, refetch, isPlaceholderData },
  heights,
  children,
}: {
  found: UseQueryResult<T>;
  heights: readonly number[];
  children: (data: T) => ReactNode;
}) {
  const [, setFilters] = useFilters();
  return (
    <>
      {error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && (
          <Stack gap="sm" aria-busy="true" aria-label="Loading">
            {heights.map((height, place) => (
              <Skeleton key={place} h={height} />
            ))}
          </Stack>
        )
      ) : data.loans === 0 ? (
        <EmptyState
          title="No outstanding loans"
          actions={<Button onClick={() => setFilters({})}>Clear filters</Button>}
        >
          Nothing is owed on loans that match. Remove a filter, or import loans.
        </EmptyState>
      ) : (
        <div
          className={dashboard.body}
          style={{ gridTemplateColumns: "minmax(0, 1fr)" }}
          aria-busy={isPlaceholderData}
          aria-live="polite"
        >
          {children(data)}
        </div>
      )}
    </>
  );
}
