"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FilterPill } from "./filter-pill";
import { type Filters, withDate } from "./filters";

// The calendar is the largest part of a filter, and seldom opened.
const FiguresDate = dynamic(() => import("./figures-date").then((module) => module.FiguresDate), {
  loading: () => <Waiting />,
});

/** The date that figures are of: it narrows nothing, and rolls balances that are older than a month forward to it. */
export function DateFilter({
  filters: { businessDate },
  onChange,
}: {
  filters: Filters;
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  const formats = useFormats();
  const change = (on: string) => onChange((before) => withDate(before, on));
  return (
    <FilterPill
      label="Date"
      value={businessDate === undefined ? null : date(businessDate, formats)}
      onRemove={() => change("")}
    >
      {(close) => (
        <FiguresDate
          on={businessDate ?? ""}
          onChange={(on) => {
            change(on);
            close();
          }}
        />
      )}
    </FilterPill>
  );
}
