import type { Page } from "@playwright/test";

import { expect, signIn, test } from "./fixtures";
import { smallTape } from "./tapes";

const LOANS = 12;

const grid = (page: Page) => page.getByRole("grid", { name: "Loans" });
const row = (page: Page, number: string) =>
  grid(page).getByRole("row", { name: new RegExp(`^(Select loan )?${number}\\b`) });
const palette = (page: Page) => page.getByRole("combobox", { name: "Search and commands" });

test.beforeEach(async ({ organization }) => {
  await organization.api.import("small.csv", smallTape(LOANS));
});

test("leads from the sign-in to a loan without a mouse", async ({ page, organization }) => {
  await page.goto("/sign-in/");
  await page.getByLabel("Email").focus();
  await page.keyboard.type(organization.administrator.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(organization.administrator.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/dashboard\//);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect(page).toHaveURL(/\/loans\//);
  await expect(grid(page).locator("tbody").getByRole("row")).toHaveCount(LOANS);

  await page.keyboard.press("t");
  await expect(row(page, "T-12")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(row(page, "T-11")).toBeFocused();
  await page.keyboard.press("End");
  await expect(row(page, "T-1")).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/loan\/\?id=/);
  await expect(page.getByRole("heading", { level: 1, name: "Tape loan 12" })).toBeVisible();
});

test("moves through more loans than have come, and past a page that does not come", async ({
  page,
  organization,
}) => {
  await organization.api.import("many.csv", smallTape(450));
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(grid(page).getByRole("row", { name: "450 loans" })).toBeVisible();
  await expect(grid(page)).toHaveAttribute("aria-rowcount", "452");
  await page.keyboard.press("t");
  await page.keyboard.press("PageDown");
  await expect(row(page, "T-450")).not.toBeFocused();
  await expect(grid(page).locator("tbody").getByRole("row").and(page.locator(":focus"))).toHaveCount(1);

  // The network goes away while the next pages are asked for.
  await page.route(/cursor=/, (route) => route.abort());
  await page.keyboard.press("End");
  await expect(grid(page).getByRole("alert")).toContainText("The server cannot be reached");
  await page.unroute(/cursor=/);
  await grid(page).getByRole("button", { name: "Try again" }).click();
  await expect(grid(page).getByRole("alert")).toHaveCount(0);
  await page.keyboard.press("t");
  await page.keyboard.press("End");
  await expect(row(page, "T-1")).toBeFocused();
  await expect(row(page, "T-1")).toHaveAttribute("aria-rowindex", "451");
  await page.keyboard.press("Home");
  await expect(row(page, "T-450")).toBeFocused();
});

test("selects rows: one, a range, all, none", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(grid(page).locator("tbody").getByRole("row")).toHaveCount(LOANS);
  await page.keyboard.press("t");
  const selected = () => grid(page).locator('tbody [role="row"][aria-selected="true"]');
  await page.keyboard.press("Space");
  await expect(selected()).toHaveCount(1);
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(selected()).toHaveCount(3);
  await page.keyboard.press("Control+a");
  await expect(selected()).toHaveCount(LOANS);
  await expect(grid(page).getByRole("checkbox", { name: "Select all rows that are loaded" })).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(selected()).toHaveCount(0);
});

test("finds a loan by its number from any page, and remembers it", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(grid(page)).toBeVisible();
  await page.keyboard.press("/");
  await expect(palette(page)).toBeFocused();
  await page.keyboard.type("T-7");
  await expect(page.getByRole("option", { name: /Tape loan 7/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/loan\/\?id=/);
  await expect(page.getByRole("heading", { level: 1, name: "Tape loan 7" })).toBeVisible();

  await page.keyboard.press("Control+k");
  const visited = page.getByRole("group", { name: "Recent" });
  await expect(visited.getByRole("option", { name: /Tape loan 7/ })).toBeVisible();
  await page.keyboard.type("Building 3");
  await expect(
    page.getByRole("group", { name: "Properties" }).getByRole("option", { name: /Building 3/ }),
  ).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("no such thing");
  await expect(page.getByRole("status").filter({ hasText: "No results for" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
});

test("goes by commands, and offers only what one may do", async ({ page, organization }) => {
  await signIn(page, await organization.join("viewer"));
  await page.goto("/loans/");
  await expect(grid(page)).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option", { name: "Dashboard" })).toBeVisible();
  await expect(page.getByRole("option", { name: "New loan" })).toHaveCount(0);
  await expect(page.getByRole("option", { name: "Audit trail" })).toHaveCount(0);
  await page.keyboard.type("blur");
  await expect(page.getByRole("option", { name: "Blur amounts" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-blurred");
  await page.keyboard.press("n");
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page).toHaveURL(/\/loans\//);
});

test("lists its keys, lets fields be typed into, and can be switched off", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(grid(page)).toBeVisible();
  const search = page.getByRole("searchbox", { name: "Search loans" });
  await search.focus();
  await page.keyboard.type("gd n?/");
  await expect(search).toHaveValue("gd n?/");
  await expect(page).toHaveURL(/\/loans\//);
  await search.fill("");
  await search.blur();

  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keyboard" });
  await expect(keys.getByRole("row", { name: /^Dashboard/ })).toContainText("g d");
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/loans\//);
  await keys.getByRole("switch", { name: "Single-key shortcuts" }).press("Space");
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();

  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeFocused();
  await expect(keys).toBeHidden();
});
