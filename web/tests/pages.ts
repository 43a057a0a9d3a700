import { expect, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";

import { Api, DEMONSTRATION, keptLink, signIn } from "./fixtures";
import { smallTape } from "./tapes";

/** The pages for who is not signed in, by what their picture is called. */
export const PUBLIC_PAGES: Readonly<Record<string, string>> = {
  landing: "/",
  "sign-up": "/sign-up/",
  "sign-in": "/sign-in/",
  invitation: "/invitation/#{token}",
  "new-password": "/new-password/#{password}",
  shared: "/shared/#{share}",
  "forgot-password": "/forgot-password/",
  "confirm-address": "/confirm-address/#{address}",
  deletion: "/deletion/#none",
  "not-found": "/nothing-is-here/",
};

/** The month after this one, whose payments are all still to come. */
function nextMonth(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
}

/** All others; `{…}` stands for the first thing of its kind. */
export const PAGES: Readonly<Record<string, string>> = {
  dashboard: "/dashboard/",
  "debt-service": "/debt-service/",
  "what-if": "/what-if/",
  loans: "/loans/",
  loan: "/loan/?id={loans}",
  "loan-schedule": "/loan/?id={loans}&tab=schedule",
  "loan-prepayment": "/loan/?id={loans}&tab=prepayment",
  "loan-refinance": "/loan/?id={loans}&tab=refinance",
  "loan-reconciliation": "/loan/?id={loans}&tab=reconciliation",
  "loan-properties": "/loan/?id={loans}&tab=properties",
  "loan-dates": "/loan/?id={loans}&tab=dates",
  "loan-notes": "/loan/?id={loans}&tab=notes",
  "loan-history": "/loan/?id={loans}&tab=history",
  "loan-new": "/loan/new/",
  properties: "/properties/",
  property: "/property/?id={properties}",
  lenders: "/lenders/",
  lender: "/lender/?id={lenders}",
  funds: "/funds/",
  fund: "/fund/?id={funds}",
  portfolios: "/portfolios/",
  portfolio: "/portfolio/?id={portfolios}",
  imports: "/imports/",
  import: "/import/?id={imports}",
  "import-new": "/import/new/",
  solve: "/solve/",
  inbox: "/inbox/",
  dates: "/dates/",
  documents: "/documents/",
  document: "/document/?id={documents}",
  "loan-documents": "/loan/?id={loans}&tab=documents",
  "dates-month": `/dates/?view=month&month=${nextMonth()}`,
  reports: "/reports/",
  report: "/report/?id={reports}",
  rates: "/rates/",
  members: "/members/",
  audit: "/audit/",
  organization: "/organization/",
  account: "/account/",
  "settings-notifications": "/settings/notifications/",
  "settings-rules": "/settings/rules/",
  "settings-rule": "/settings/rule/?id={rules}",
  "settings-webhooks": "/settings/webhooks/",
  "settings-webhook": "/settings/webhook/?id={webhooks}",
  "settings-mails": "/settings/mails/",
  "settings-mail": "/settings/mail/?id={mails}&as=text",
};

/**
 * Let one page sign in to the demonstration, where a tape has been tried and somebody is invited, and return where all
 * pages are with their things: those that a stranger sees, and those of who is signed in.
 */
export async function demonstrationPaths(
  page: Page,
): Promise<Record<"strangers" | "members", [string, string][]>> {
  await signIn(page, DEMONSTRATION);
  const api = await Api.signIn(page.request, DEMONSTRATION);
  const { items } = await api.get<{ items: unknown[] }>("/api/v1/imports?limit=1");
  if (items.length === 0) await api.import("small.csv", smallTape(), "&dryRun=true");
  const { token } = await api.post<{ token: string }>("/api/v1/members/invitations", {
    email: newAddress("lee.park"),
    role: "viewer",
  });
  const things = new Map([
    ["token", token],
    ["password", await passwordLink(api)],
    // Whoever has joined for the link above has one to confirm their address.
    ["address", await keptLink(api, "Confirm your e-mail address")],
  ]);
  const runs = await api.get<{ items: { id: string }[] }>("/api/v1/reports/runs?limit=1");
  things.set("reports", runs.items[0]?.id ?? (await api.report("debt_schedule")));
  things.set("webhooks", await endpoint(api));
  things.set("rules", await rule(api));
  for (const kind of [
    "mails",
    "loans",
    "properties",
    "lenders",
    "funds",
    "portfolios",
    "imports",
    "documents",
  ]) {
    const found = await api.get<{ items: { id: string }[] }>(`/api/v1/${kind}?limit=1`);
    things.set(kind, found.items[0]?.id ?? "none");
  }
  things.set("share", await shareLink(api, things.get("documents") ?? ""));
  await noteOn(api, things.get("loans") ?? "");
  const located = (pages: Readonly<Record<string, string>>) =>
    Object.entries(pages).map(([name, path]): [string, string] => [
      name,
      path.replace(/\{(\w+)\}/, (_, thing: string) => things.get(thing) ?? ""),
    ]);
  return { strangers: located(PUBLIC_PAGES), members: located(PAGES) };
}

/** Return an endpoint, which is never sent anything: it wants an event that does not happen here. */
async function endpoint(api: Api): Promise<string> {
  const known = await api.get<{ items: { id: string }[] }>("/api/v1/webhooks");
  if (known.items[0] !== undefined) return known.items[0].id;
  const wanted = { url: "https://93.184.216.34/hooks", types: ["loans.periods.withdrawn.v1"] };
  return (await api.post<{ endpoint: { id: string } }>("/api/v1/webhooks", wanted)).endpoint.id;
}

/** Return a rule, which tells nothing: no loan is so large. */
async function rule(api: Api): Promise<string> {
  const known = await api.get<{ items: { id: string }[] }>("/api/v1/rules");
  if (known.items[0] !== undefined) return known.items[0].id;
  const wanted = {
    name: "Very large loans",
    kind: "threshold",
    figure: "balance",
    side: "above",
    threshold: "900000000000",
  };
  return (await api.post<{ id: string }>("/api/v1/rules", wanted)).id;
}

/** See to it that there is a note on a loan. */
async function noteOn(api: Api, loan: string): Promise<void> {
  const on = { thingKind: "loan", thingId: loan };
  const known = await api.get<{ items: unknown[] }>(`/api/v1/notes?thingKind=loan&thingId=${loan}`);
  if (known.items.length > 0) return;
  const note = {
    text: "The servicer confirms the reserve.",
    kind: "call",
    priority: "high",
    tags: ["reserve"],
  };
  await api.post("/api/v1/notes", { ...on, ...note, pinned: true });
  await api.post("/api/v1/notes", { ...on, text: "Inspection is due in spring." });
}

/** Return an address that nobody has yet, and that looks like somebody's in a picture. */
const newAddress = (name: string) => `${name}.${randomUUID().slice(0, 4)}@example.com`;

/** Return a link's token for a member who has joined for it. */
async function passwordLink(api: Api): Promise<string> {
  const email = newAddress("noor.nash");
  const { token } = await api.post<{ token: string }>("/api/v1/members/invitations", {
    email,
    role: "viewer",
  });
  const person = { firstName: "Noor", lastName: "Nash", password: "correct horse battery staple" };
  await api.post("/api/v1/auth/invitations/accept", { token, ...person });
  const { items } = await api.get<{ items: { id: string }[] }>(`/api/v1/members?search=${email}`);
  const link = await api.post<{ token: string }>(`/api/v1/members/${items[0]?.id}/password-link`);
  return link.token;
}

/** Return the token of a link to a document's first version. */
async function shareLink(api: Api, id: string): Promise<string> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  return (await api.post<{ token: string }>(`/api/v1/documents/${id}/versions/1/shares`, { expiresAt }))
    .token;
}

/** Wait until a page shows what it has: nothing that is on the screen waits or is a skeleton any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForFunction(() => {
    const waiting = [...document.querySelectorAll('[aria-busy="true"], .mantine-Skeleton-root')];
    // What lies below is loaded when it is seen.
    return waiting.every((element) => {
      const { top, bottom, width } = element.getBoundingClientRect();
      return width === 0 || bottom <= 0 || top >= innerHeight;
    });
  });
  await page.evaluate(() => document.fonts.ready);
}
