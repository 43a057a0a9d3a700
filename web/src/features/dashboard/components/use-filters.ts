"use client";

import { useSearchParams } from "next/navigation";
import { useMemo } from "react";

import { type Filters, filtersFromSearch, searchFromFilters } from "../api/filters";

type Change = Filters | ((before: Filters) => Filters);

/** The filters as the address bar holds them, and how to set others; what else is in the address stays. */
export function useFilters(): [Filters, (change: Change) => void] {
  const search = useSearchParams();
  const filters = useMemo(() => filtersFromSearch(new URLSearchParams(search)), [search]);
  return [filters, setFilters];
}

/**
 * Write filters into the address bar. Through the browser's history, which Next follows, rather than its router: nothing
 * of the page has to be fetched, so that filtering is instant, and it reads the address of this moment, so that two
 * quick choices are both kept.
 */
function setFilters(change: Change): void {
  const search = new URLSearchParams(window.location.search);
  const next = typeof change === "function" ? change(filtersFromSearch(search)) : change;
  const written = searchFromFilters(next, search);
  const { pathname, hash } = window.location;
  window.history.replaceState(null, "", pathname + (written === "" ? "" : `?${written}`) + hash);
}
