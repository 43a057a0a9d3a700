import { VISITS } from "@/api/device";

/** Things whose pages were visited lately, kept on this device for each organization. */
export interface Visit {
  readonly path: string;
  readonly name: string;
}

const MOST = 8;

/** The pages of things, and what kind each shows. */
export const THING_PAGES: Readonly<Record<string, string>> = {
  "/loan/": "Loan",
  "/property/": "Property",
  "/lender/": "Lender",
  "/fund/": "Fund",
  "/portfolio/": "Portfolio",
  "/document/": "Document",
};

const keyOf = (organizationId: string) => VISITS + organizationId;

/** What kind of thing a page shows; null where it shows none. */
export function kindOf(path: string): string | null {
  const { pathname, searchParams } = new URL(path, "http://local");
  return searchParams.has("id") ? (THING_PAGES[pathname] ?? null) : null;
}

/** The address of a thing's page without what is open on it. */
export function thingAddress(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://local");
  return `${pathname}?id=${encodeURIComponent(searchParams.get("id") ?? "")}`;
}

/** The latest visit first, each thing once. */
export function withVisit(before: readonly Visit[], { path, name }: Visit): Visit[] {
  const address = thingAddress(path);
  return [{ path: address, name }, ...before.filter((visit) => visit.path !== address)].slice(0, MOST);
}

export function readVisits(organizationId: string): Visit[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(organizationId)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isVisit).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Remember that a page was visited, where it shows a thing and says its name. */
export function noteVisit(organizationId: string | undefined, path: string, name: string): void {
  const kind = kindOf(path);
  if (organizationId === undefined || kind === null || name === kind) return;
  try {
    const visits = withVisit(readVisits(organizationId), { path, name });
    localStorage.setItem(keyOf(organizationId), JSON.stringify(visits));
  } catch {
    // Storage is full or forbidden: then nothing is remembered.
  }
}

function isVisit(value: unknown): value is Visit {
  const { path, name } = (value ?? {}) as Partial<Visit>;
  return (
    typeof path === "string" && path.startsWith("/") && typeof name === "string" && kindOf(path) !== null
  );
}
