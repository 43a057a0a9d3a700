import type { Notification } from "./api/inbox";

const PAGES: Readonly<Record<string, string>> = {
  loan: "/loan/",
  property: "/property/",
  lender: "/lender/",
  fund: "/fund/",
  portfolio: "/portfolio/",
  import: "/import/",
  report: "/report/",
  document: "/document/",
  endpoint: "/settings/webhook/",
};

/** Where the thing of a notification is; null where it has no page. */
export function pathOf(thing: Notification["thing"]): string | null {
  if (thing === null) return null;
  if (thing.kind === "member") return "/members/";
  const page = PAGES[thing.kind];
  if (page === undefined) return null;
  const search = new URLSearchParams({ id: thing.id });
  if (thing.note !== undefined) {
    search.set("tab", "notes");
    search.set("note", thing.note);
  }
  return `${page}?${search}`;
}

/** For how long a notification can be put out of sight. */
export const SNOOZES = [
  { label: "For an hour", hours: 1 },
  { label: "For a day", hours: 24 },
  { label: "For a week", hours: 7 * 24 },
] as const;
