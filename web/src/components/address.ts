"use client";

import { useSearchParams } from "next/navigation";
import { useEffect } from "react";

type Changes = Readonly<Record<string, string | null>>;

/**
 * The addresses written here that Next.js has not followed yet. It follows a moment later, one address at a time, and
 * writes each back as it does. The second of two quick changes therefore begins from the last of these.
 */
let unfollowed: string[] = [];

const here = (): string => window.location.pathname + window.location.search;

/** What the address bar says after the `?`, and how to say something else; null takes a name out. */
export function useAddress(): [URLSearchParams, (changes: Changes) => void] {
  return [useSearch(), writeSearch];
}

/** What the address bar says after the `?`. */
export function useSearch(): URLSearchParams {
  const search = useSearchParams();
  // What Next.js has written is known only afterwards.
  useEffect(() => {
    if (here() === unfollowed.at(-1)) unfollowed = [];
  }, [search]);
  return search;
}

/** Write names into the address bar's search; null takes one out. */
export function writeSearch(changes: Changes): void {
  changeSearch((search) => {
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") search.delete(name);
      else search.set(name, value);
    }
    return search.toString();
  });
}

/**
 * Write what is made of the search into the address bar. Through the browser's history, which Next follows, rather than
 * its router: nothing of the page has to be fetched. Of quick changes each begins from the one before.
 */
export function changeSearch(change: (before: URLSearchParams) => string): void {
  const before = unfollowed.includes(here()) ? (unfollowed.at(-1) ?? here()) : here();
  const [path = "", search] = before.split("?");
  const written = change(new URLSearchParams(search));
  const after = path + (written === "" ? "" : `?${written}`);
  unfollowed = [...(unfollowed.at(-1) === before ? unfollowed : [before]), after];
  window.history.replaceState(null, "", after + window.location.hash);
}
