import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";

import { type Api, expect, signIn, test } from "./fixtures";
import { smallTape } from "./tapes";

interface Line {
  readonly loanId: string;
  readonly number: string;
  readonly name: string;
  readonly balance: string;
}

interface Totals {
  readonly count: number;
  readonly outstanding: { readonly value: string };
  readonly weightedRate: { readonly value: string };
  readonly dscr: { readonly value: string };
  readonly ltv: { readonly value: string };
}

const LOANS = 12;

const lines = async (api: Api, search = "") =>
  (await api.get<{ items: Line[] }>(`/api/v1/dashboard/loans?limit=200${search}`)).items;

const numbers = async (api: Api, search = "") => (await lines(api, search)).map(({ number }) => number);

const totals = (api: Api, search = "") => api.get<Totals>(`/api/v1/dashboard/loans/totals?${search}`);

const money = (value: string) =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(value as `${number}`);

const grid = (page: Page) => page.getByRole("grid", { name: "Loans" });

/** The rows of loans, without the headings and the totals. */
const rows = (page: Page) => grid(page).locator("tbody").getByRole("row");

const shownNumbers = (page: Page) => rows(page).locator("[data-label=Number]").allInnerTexts();

const heading = (page: Page, name: string) => grid(page).getByRole("columnheader", { name, exact: false });

test.describe("the list of loans", () => {
  test.beforeEach(async ({ page, organization }) => {
    await organization.api.import("small.csv", smallTape(LOANS));
    await signIn(page, organization.administrator);
  });

  test("shows what the server lists, in the order that is asked for", async ({ page, organization }) => {
    await page.goto("/loans/");
    await expect(rows(page)).toHaveCount(LOANS);
    expect(await shownNumbers(page)).toEqual(await numbers(organization.api, "&order=-balance"));
    await expect(heading(page, "Balance")).toHaveAttribute("aria-sort", "descending");

    for (const [column, order, sorted] of [
      ["Number", "number", "ascending"],
      ["Number", "-number", "descending"],
      ["Lender", "lender", "ascending"],
      ["Balance", "-balance", "descending"],
      ["Balance", "balance", "ascending"],
    ] as const) {
      await heading(page, column).getByRole("button").click();
      await expect(heading(page, column)).toHaveAttribute("aria-sort", sorted);
      const expected = await numbers(organization.api, `&order=${order}`);
      await expect.poll(() => shownNumbers(page), `by ${order}`).toEqual(expected);
    }
    await expect(page).toHaveURL(/order=balance/);
  });

  test("totals what is listed as the server does, and what is selected", async ({ page, organization }) => {
    await page.goto("/loans/");
    const all = await totals(organization.api);
    const footer = grid(page).getByRole("row", { name: `${all.count} loans` });
    await expect(footer).toContainText(money(all.outstanding.value));
    await expect(footer).toContainText("5.250%");

    const [first, second] = await lines(organization.api, "&order=-balance");
    await rows(page).nth(0).getByRole("checkbox").check();
    await rows(page).nth(1).getByRole("checkbox").check();
    const selected = await totals(organization.api, `loanId=${first?.loanId}&loanId=${second?.loanId}`);
    await expect(grid(page).getByRole("row", { name: "Selected: 2" })).toContainText(
      money(selected.outstanding.value),
    );
    await expect(page.getByRole("toolbar", { name: "With what is selected" })).toContainText("2 selected");
  });

  test("finds by words, keeps them in the address, and says where nothing is found", async ({
    page,
    organization,
  }) => {
    await page.goto("/loans/");
    await page.getByRole("searchbox", { name: "Search loans" }).fill("loan 1");
    await expect(page).toHaveURL(/q=loan\+1/);
    const found = await numbers(organization.api, "&q=loan%201&order=-balance");
    expect(found.length).toBeGreaterThan(1);
    await expect.poll(() => shownNumbers(page)).toEqual(found);
    const { outstanding } = await totals(organization.api, "q=loan%201");
    await expect(grid(page).getByRole("row", { name: `${found.length} loans` })).toContainText(
      money(outstanding.value),
    );

    await page.reload();
    await expect.poll(() => shownNumbers(page)).toEqual(found);

    await page.getByRole("searchbox", { name: "Search loans" }).fill("nothing of the kind");
    await expect(page.getByRole("heading", { name: "No loans match" })).toBeVisible();
    await page.getByRole("button", { name: "Clear the search" }).click();
    await expect(rows(page)).toHaveCount(LOANS);
  });

  test("lists what filters and figures in the address select", async ({ page, organization }) => {
    const { items: lenders } = await organization.api.get<{ items: { id: string }[] }>("/api/v1/lenders");
    const filter = `lenderId=${lenders[0]?.id}&state=NV`;
    await page.goto(`/loans/?${filter}&figure=dscr`);
    const expected = await numbers(organization.api, `&${filter}&figure=dscr&order=-balance`);
    await expect.poll(() => shownNumbers(page)).toEqual(expected);
    await page.getByRole("button", { name: "Show all matching loans, not only those behind DSCR" }).click();
    await expect(page).not.toHaveURL(/figure/);
    await expect(page).toHaveURL(/state=NV/);

    await page.goto("/loans/?figure=dscr&leftOut=true");
    await expect(page.getByText("Not included in DSCR")).toBeVisible();
    await expect(page.getByRole("heading", { name: "No loans match" })).toBeVisible();
  });

  test("exports exactly what is listed", async ({ page, organization }) => {
    await page.goto("/loans/?q=loan&order=number");
    await expect(rows(page)).toHaveCount(LOANS);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export CSV" }).click();
    const path = await (await downloading).path();
    const [, ...exported] = (await readFile(path, "utf8")).trim().split("\r\n");
    const expected = await numbers(organization.api, "&q=loan&order=number");
    expect(exported.map((line) => line.split(",")[1])).toEqual(expected);
  });

  test("deletes what is selected, and brings it back", async ({ page, organization }) => {
    await page.goto("/loans/?order=number");
    await rows(page).nth(0).getByRole("checkbox").click();
    await rows(page)
      .nth(2)
      .getByRole("checkbox")
      .click({ modifiers: ["Shift"] });
    await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete 3 loans?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    expect(await numbers(organization.api)).toHaveLength(LOANS);

    await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(rows(page)).toHaveCount(LOANS - 3);
    const left = await totals(organization.api);
    await expect(grid(page).getByRole("row", { name: `${LOANS - 3} loans` })).toContainText(
      money(left.outstanding.value),
    );

    await page.getByRole("button", { name: "Undo" }).click();
    await expect(rows(page)).toHaveCount(LOANS);
    expect(await shownNumbers(page)).toEqual(await numbers(organization.api, "&order=number"));
  });

  test("names what could not be deleted, and why", async ({ page, organization }) => {
    await page.goto("/loans/?order=number");
    await rows(page).nth(0).getByRole("checkbox").check();
    await rows(page).nth(1).getByRole("checkbox").check();
    const [first] = await lines(organization.api, "&order=number");
    await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
    // Somebody else is faster.
    await organization.api.send("DELETE", `/api/v1/loans/${first?.loanId}`, undefined, { "If-Match": "*" });
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    const outcome = page.getByRole("dialog", { name: "Some loans could not be deleted" });
    await expect(outcome.getByRole("listitem")).toContainText([
      `${first?.number}: It has been deleted already.`,
    ]);
    await outcome.getByRole("button", { name: "Close", exact: true }).last().click();
    await expect(rows(page)).toHaveCount(LOANS - 2);
  });

  test("keeps the chosen columns over a reload, until they are reset", async ({ page }) => {
    const headings = () => grid(page).getByRole("columnheader").allInnerTexts();
    await page.goto("/loans/");
    await expect(rows(page)).toHaveCount(LOANS);
    const before = await headings();
    expect(before).not.toContain("Borrower");

    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Borrower" }).check();
    await page.getByRole("checkbox", { name: "LTV" }).uncheck();
    // Past the deal, which is not shown, and past the number; the name stays first.
    for (let step = 0; step < 2; step += 1) {
      await page.getByRole("button", { name: "Move Borrower up" }).press("Enter");
    }
    await expect(page.getByRole("button", { name: "Move Borrower down" })).toBeFocused();
    await page.keyboard.press("Escape");
    // The menu answers at once, the table follows.
    await expect.poll(async () => (await headings()).indexOf("Borrower")).toBe(before.indexOf("Number"));
    const after = await headings();
    expect(after).not.toContain("LTV");

    await page.reload();
    await expect(rows(page)).toHaveCount(LOANS);
    expect(await headings()).toEqual(after);

    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await expect.poll(headings).toEqual(before);
  });

  test("has more space between rows for who wants it, on this device", async ({ page }) => {
    await page.goto("/loans/");
    await expect(rows(page)).toHaveCount(LOANS);
    const height = async () => Math.round((await rows(page).first().boundingBox())?.height ?? 0);
    expect(await height()).toBe(32);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "More space between rows" }).check();
    await expect.poll(height).toBe(44);
    await page.reload();
    await expect.poll(height).toBe(44);
  });

  test("is readable on a phone", async ({ page, organization }) => {
    await page.setViewportSize({ width: 375, height: 740 });
    await page.goto("/loans/");
    const [first] = await lines(organization.api, "&order=-balance");
    const card = rows(page).first();
    await expect(card).toContainText(first?.name ?? "");
    await expect(card).toContainText(money(first?.balance ?? "0"));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await page.getByRole("combobox", { name: "Order" }).selectOption("number");
    const expected = await numbers(organization.api, "&order=number");
    await expect(rows(page).first().locator("[data-label=Number]")).toHaveText(expected[0] ?? "");
    await card.click();
    await expect(page).toHaveURL(/\/loan\/\?id=/);
  });
});

test("a viewer sees no button that the server would refuse", async ({ page, organization }) => {
  await organization.api.import("small.csv", smallTape(2));
  await signIn(page, await organization.join("viewer"));
  await page.goto("/loans/");
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByRole("link", { name: "New loan" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Import a tape" })).toHaveCount(0);
  await rows(page).first().getByRole("checkbox").check();
  await expect(page.getByRole("button", { name: "Export selected" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
});

test("an organization without a loan is told where to begin", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(page.getByText("Add your first loans")).toBeVisible();
  await expect(page.getByRole("link", { name: "Choose a file" })).toHaveAttribute("href", "/import/new/");
  await expect(grid(page)).toHaveCount(0);
});
