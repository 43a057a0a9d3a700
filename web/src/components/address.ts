"use client";

import { useSearchParams } from "next/navigation";

/**
 * What the address bar says after the `?`, and how to say something else; null takes a name out. Through the browser's
 * history, which Next follows, rather than its router: nothing of the page has to be fetched.
 */
export function useAddress(): [URLSearchParams, (changes: Readonly<Record<string, string | null>>) => void] {
  return [useSearchParams(), changeAddress];
}

function changeAddress(changes: Readonly<Record<string, string | null>>): void {
  const search = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") search.delete(name);
    else search.set(name, value);
  }
  const written = search.toString();
  const { pathname, hash } = window.location;
  window.history.replaceState(null, "", pathname + (written === "" ? "" : `?${written}`) + hash);
}
