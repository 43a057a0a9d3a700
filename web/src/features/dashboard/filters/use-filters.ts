"use client";

import { useMemo } from "react";

import { changeSearch, useSearch } from "@/components/address";

import { type Filters, filtersFromSearch, searchFromFilters } from "./filters";

type Change = Filters | ((before: Filters) => Filters);

/** The filters as the address bar holds them, and how to set others; what else is in the address stays. */
export function useFilters(): [Filters, (change: Change) => void] {
  const search = useSearch();
  const filters = useMemo(() => filtersFromSearch(new URLSearchParams(search)), [search]);
  return [filters, setFilters];
}

function setFilters(change: Change): void {
  changeSearch((search) =>
    searchFromFilters(typeof change === "function" ? change(filtersFromSearch(search)) : change, search),
  );
}
