"use client";

import { SegmentedControl } from "@mantine/core";

import { useAddress } from "@/components/address";
import { Page } from "@/components/page";

import { CalendarFeeds } from "./calendar-feeds";
import { DateFilters, useDateFilter } from "./date-filters";
import { DatesMonth } from "./dates-month";
import { DatesTable } from "./dates-table";

const VIEWS = [
  { value: "list", label: "List" },
  { value: "month", label: "Month" },
];

/** Critical dates of all loans, as a list or month by month: what comes when, and what came of it. */
export function DatesPage() {
  const [search, go] = useAddress();
  const { filter, days } = useDateFilter();
  const month = search.get("view") === "month";
  return (
    <Page
      title="Dates"
      subtitle="Critical dates of every loan, computed from its terms"
      actions={
        <>
          <SegmentedControl
            data={VIEWS}
            value={month ? "month" : "list"}
            onChange={(view) => go({ view: view === "month" ? view : null })}
            aria-label="View"
          />
          <CalendarFeeds />
        </>
      }
    >
      <DateFilters days={!month} />
      {month ? <DatesMonth filter={filter} /> : <DatesTable filter={{ ...filter, ...days }} />}
    </Page>
  );
}
