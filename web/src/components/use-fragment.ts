import { useSyncExternalStore } from "react";

/** What stands after the # of the address, which no server sees; null until the page has come to life. */
export function useFragment(): string | null {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => location.hash.slice(1),
    () => null,
  );
}
