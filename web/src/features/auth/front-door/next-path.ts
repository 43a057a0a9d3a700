const HOME = "/dashboard/";
/** Pages that redirect by themselves: going on to them would loop. */
const DOORS = /^\/(sign-in|sign-up|invitation|api|docs)(\/|$)/;

/**
 * Where to go on after signing in: a path of this site, or the dashboard. An address elsewhere in `next` would send
 * people away with our name on it; browsers read `/\`, `//` and tabs in ways that no pattern should have to know.
 */
export function nextPath(search: string, origin: string): string {
  const next = new URLSearchParams(search).get("next");
  if (next === null || !next.startsWith("/") || !URL.canParse(next, origin)) return HOME;
  const url = new URL(next, origin);
  if (url.origin !== origin || DOORS.test(url.pathname) || url.pathname.startsWith("//")) return HOME;
  return url.pathname + url.search + url.hash;
}
