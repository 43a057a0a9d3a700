"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";

import { FilterPill } from "./filter-pill";
import { BASIS_WORDS } from "./filter-words";
import { type Filters, type IncomeBasis, withBasis } from "./filters";

const BasisChoice = dynamic(() => import("./basis-choice").then((part) => part.BasisChoice), {
  loading: () => <Waiting />,
});

/** The basis of the income in DSCR and debt yield: it narrows nothing, and holds for every figure of the page. */
export function BasisFilter({
  filters,
  onChange,
}: {
  filters: Filters;
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  const basis = filters.statementBasis ?? "latest";
  const choose = (chosen: IncomeBasis) => onChange((before) => withBasis(before, chosen));
  return (
    <FilterPill
      label="Income"
      value={basis === "latest" ? null : BASIS_WORDS[basis].label}
      onRemove={() => choose("latest")}
    >
      {(close) => (
        <BasisChoice
          basis={basis}
          onChange={(chosen) => {
            choose(chosen);
            close();
          }}
        />
      )}
    </FilterPill>
  );
}
