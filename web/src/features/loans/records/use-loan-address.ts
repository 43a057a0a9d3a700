"use client";

import { useSearchParams } from "next/navigation";

export const LOAN_TABS = [
  "overview",
  "schedule",
  "prepayment",
  "refinance",
  "reconciliation",
  "properties",
  "documents",
  "dates",
  "notes",
  "history",
] as const;
export type LoanTab = (typeof LOAN_TABS)[number];

interface Place {
  id: string;
  tab: LoanTab;
  /** The moment as of whose knowledge the loan is shown; null for now. */
  asKnownAt: string | null;
  editing: boolean;
  /** The basis of the ratios' income; null for the loan's own. */
  basis: string | null;
  /** The date whose balance is shown; empty for the business date. */
  on: string;
}

/** What the loan page shows, all of it in the address bar. */
export function useLoanAddress(): Place & { go: (to: Partial<Omit<Place, "id">>) => void } {
  const search = useSearchParams();
  const tab = LOAN_TABS.find((known) => known === search.get("tab")) ?? "overview";
  const place: Place = {
    id: search.get("id") ?? "",
    tab,
    asKnownAt: search.get("asKnownAt"),
    editing: search.get("edit") === "true",
    basis: search.get("basis"),
    on: search.get("on") ?? "",
  };
  // The page is the same file whatever it shows, so the router has nothing to fetch.
  const go = (to: Partial<Omit<Place, "id">>) =>
    window.history.replaceState(null, "", loanHref({ ...place, ...to }));
  return { ...place, go };
}

/** The address of a loan's page. */
export function loanHref({
  id,
  tab,
  asKnownAt,
  editing,
  basis,
  on,
}: Partial<Place> & { id: string }): string {
  const search = new URLSearchParams({ id });
  if (tab !== undefined && tab !== "overview") search.set("tab", tab);
  if (asKnownAt) search.set("asKnownAt", asKnownAt);
  if (editing) search.set("edit", "true");
  if (basis) search.set("basis", basis);
  if (on) search.set("on", on);
  return `/loan/?${search}`;
}
