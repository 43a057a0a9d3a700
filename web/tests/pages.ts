import { expect, type Page } from "@playwright/test";

import { Api, DEMONSTRATION, signIn } from "./fixtures";
import { smallTape } from "./tapes";

/** Every page of the product, by what its picture is called; `{…}` stands for the first thing of its kind. */
export const PUBLIC_PAGES: Readonly<Record<string, string>> = {
  landing: "/",
  "sign-up": "/sign-up/",
  "sign-in": "/sign-in/",
};

export const PAGES: Readonly<Record<string, string>> = {
  dashboard: "/dashboard/",
  loans: "/loans/",
  loan: "/loan/?id={loans}",
  "loan-schedule": "/loan/?id={loans}&tab=schedule",
  "loan-reconciliation": "/loan/?id={loans}&tab=reconciliation",
  "loan-properties": "/loan/?id={loans}&tab=properties",
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
  members: "/members/",
  audit: "/audit/",
  organization: "/organization/",
  account: "/account/",
};

/** Sign in to the demonstration, where a tape has been tried, and return the paths of all pages with their things. */
export async function demonstrationPaths(page: Page): Promise<Record<string, string>> {
  await signIn(page, DEMONSTRATION);
  const api = await Api.signIn(page.request, DEMONSTRATION);
  const { items } = await api.get<{ items: unknown[] }>("/api/v1/imports?limit=1");
  if (items.length === 0) await api.import("small.csv", smallTape(), "&dryRun=true");
  const ids = new Map<string, string>();
  for (const kind of ["loans", "properties", "lenders", "funds", "portfolios", "imports"]) {
    const found = await api.get<{ items: { id: string }[] }>(`/api/v1/${kind}?limit=1`);
    ids.set(kind, found.items[0]?.id ?? "none");
  }
  return Object.fromEntries(
    Object.entries(PAGES).map(([name, path]) => [
      name,
      path.replace(/\{(\w+)\}/, (_, kind: string) => ids.get(kind) ?? ""),
    ]),
  );
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
