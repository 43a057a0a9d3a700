"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";
import { date, type Formats } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FilterPill } from "./filter-pill";
import { type Filters, withMaturities } from "./filters";

// The calendar is the largest part of a filter, and seldom opened.
const MaturityRange = dynamic(() => import("./maturity-range").then((module) => module.MaturityRange), {
  loading: () => <Waiting />,
});

/** The filter by maturity: from one day to another, both included. */
export function MaturityFilter({
  filters,
  onChange,
}: {
  filters: Filters;
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  const formats = useFormats();
  const { maturityFrom, maturityTo } = filters;
  const change = (from: string, to: string) => onChange((before) => withMaturities(before, from, to));
  return (
    <FilterPill
      label="Maturity"
      value={rangeWords(maturityFrom, maturityTo, formats)}
      onRemove={() => change("", "")}
    >
      {(close) => (
        <MaturityRange
          from={maturityFrom ?? ""}
          to={maturityTo ?? ""}
          onChange={(from, to) => {
            change(from, to);
            close();
          }}
        />
      )}
    </FilterPill>
  );
}

function rangeWords(from: string | undefined, to: string | undefined, formats: Formats): string | null {
  if (from === undefined) return to === undefined ? null : `to ${date(to, formats)}`;
  return to === undefined ? `from ${date(from, formats)}` : `${date(from, formats)} – ${date(to, formats)}`;
}
