import { expect, type Locator, type Page } from "@playwright/test";

import { Api, demonstrate, DEMONSTRATION, signIn, test } from "./fixtures";
import { settled } from "./pages";

const LOAN = {
  number: "H-1",
  name: "Harbor Plaza",
  originalBalance: "7200000.00",
  currentBalance: "7200000.00",
  balanceAsOf: "2026-03-01",
  originationDate: "2026-02-01",
  maturityDate: "2031-02-01",
  rate: "0.0575",
  terms: { firstPaymentDate: "2026-04-01" },
};

/** How many pixels are sideways out of reach of what a person sees first. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.body.getBoundingClientRect().width);

/** Whether all of it can be seen without scrolling sideways. */
async function isSeen(cell: Locator, within: Locator): Promise<boolean> {
  const [inner, outer] = [await cell.boundingBox(), await within.boundingBox()];
  if (inner === null || outer === null) return false;
  return inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width;
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 375, height: 812 } });

  test("installments begin with what is due when, and what is owed after it", async ({
    page,
    organization,
  }) => {
    const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}&tab=schedule`);
    const table = page.getByRole("table", { name: "Installments" });
    const headings = table.getByRole("columnheader");
    await expect(headings.nth(0)).toHaveText("Due");
    await expect(headings.nth(1)).toHaveText("Payment");
    await expect(headings.nth(2)).toHaveText("Ending balance");
    const region = page.getByRole("region", { name: "Installments" }).last();
    expect(await isSeen(headings.nth(2), region)).toBe(true);
    await expect(table.getByRole("row").last()).toContainText("Total$");
  });

  test("bars of the maturity wall are as wide as a finger needs, at every width", async ({
    page,
    organization,
  }) => {
    await demonstrate(organization.api);
    await signIn(page, organization.administrator);
    for (const span of ["month", "quarter", "year"]) {
      await page.goto(`/dashboard/?by=${span}`);
      const bars = page.getByRole("group", { name: "Maturities, bar by bar" }).getByRole("button");
      await bars.first().scrollIntoViewIfNeeded();
      const widths = await bars.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
      expect(Math.min(...widths), span).toBeGreaterThanOrEqual(24);
    }
  });

  test("a lender's maturities have bars of different lengths, its contacts whole addresses", async ({
    page,
    organization,
  }) => {
    const { id } = await organization.api.post<{ id: string }>("/api/v1/lenders", {
      name: "First Harbor Bank",
      contacts: [
        {
          name: "Dana Whitfield",
          role: "Originations",
          email: "dana.whitfield@first-harbor-bank.example.com",
          phone: "+1 212 555 0100",
        },
      ],
    });
    for (const [number, year, balance] of [
      ["H-1", "2031", "7200000.00"],
      ["H-2", "2033", "1800000.00"],
    ]) {
      await organization.api.post("/api/v1/loans", {
        ...LOAN,
        number,
        lenderId: id,
        maturityDate: `${year}-02-01`,
        originalBalance: balance,
        currentBalance: balance,
      });
    }
    await signIn(page, organization.administrator);
    await page.goto(`/lender/?id=${id}`);
    const bars = page.getByRole("table", { name: "Maturities by year" }).locator("[aria-hidden]");
    await expect(bars).toHaveCount(2);
    const [large, small] = [await bars.nth(0).boundingBox(), await bars.nth(1).boundingBox()];
    expect(large?.width).toBeGreaterThan(30);
    expect(small?.width).toBeLessThan((large?.width ?? 0) / 2);
    const address = page.getByRole("link", { name: "dana.whitfield@first-harbor-bank.example.com" });
    expect(await isSeen(address, page.getByRole("region", { name: "Contacts" }))).toBe(true);
    expect(await overflow(page)).toBe(0);
  });
});

test.describe("documents on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("have marks that are read whole", async ({ page }) => {
    await signIn(page, DEMONSTRATION);
    await page.goto("/documents/");
    const marks = page.getByText(/^(Ready|Confidential)$/);
    await expect(marks.first()).toBeVisible();
    const cut = await marks.evaluateAll((found) =>
      found.filter((mark) => mark.scrollWidth > mark.clientWidth).map((mark) => mark.textContent),
    );
    expect(await marks.count()).toBeGreaterThan(1);
    expect(cut).toEqual([]);
  });
});

test.describe("on a very small phone", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("no page of a thing is wider than the screen", async ({ page, elsewhere }) => {
    const api = await Api.signIn(elsewhere, DEMONSTRATION);
    const first = async (kind: string) =>
      (await api.get<{ items: { id: string; name: string }[] }>(`/api/v1/${kind}?limit=1`)).items[0];
    await signIn(page, DEMONSTRATION);
    for (const [kind, path] of [
      ["lenders", "lender"],
      ["properties", "property"],
      ["funds", "fund"],
      ["portfolios", "portfolio"],
      ["loans", "loan"],
    ] as const) {
      const thing = await first(kind);
      if (thing === undefined) continue;
      await page.goto(`/${path}/?id=${thing.id}`);
      await expect(page.getByRole("heading", { level: 1, name: thing.name })).toBeVisible();
      await settled(page);
      expect(await overflow(page), path).toBe(0);
      await page.goto(`/${kind}/`);
      await expect(page.getByRole("grid").or(page.getByRole("table")).first()).toBeVisible();
      expect(await overflow(page), kind).toBe(0);
    }
  });
});
