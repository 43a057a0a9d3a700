import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";

import { expect, signIn, test } from "./fixtures";
import { smallTape } from "./tapes";

const LOANS = 450;

const money = (value: string) =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(value as `${number}`);

const grid = (page: Page) => page.getByRole("grid", { name: "Loans" });

/** The sum of 1 to `last`, in millions: what the loans of a small tape come to. */
const millions = (last: number) => (last * (last + 1)) / 2;

test("totals and exports any selection, however many loans it has", async ({ page, organization }) => {
  await organization.api.import("many.csv", smallTape(LOANS));
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  const whole = grid(page).getByRole("row", { name: `${LOANS} loans` });
  await expect(whole).toContainText(money(`${millions(LOANS)}000000.00`));

  // All of them, once the last one is there.
  const rows = grid(page).locator("tbody").getByRole("row");
  await rows.first().focus();
  await page.keyboard.press("End");
  const last = rows.filter({ hasText: "Tape loan 1" }).last();
  await expect(last).toBeVisible();
  await expect(grid(page).locator("tbody [aria-busy]")).toHaveCount(0);
  await page.keyboard.press("Control+a");
  const selected = (count: number) => grid(page).getByRole("row", { name: `Selected: ${count}` });
  await expect(selected(LOANS)).toContainText(money(`${millions(LOANS)}000000.00`));

  // All but the smallest, which is the last by balance.
  await page.keyboard.press("Space");
  await expect(selected(LOANS - 1)).toContainText(money(`${millions(LOANS) - 1}000000.00`));

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export selected" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file.trim().split("\n")).toHaveLength(LOANS);
  expect(file).not.toContain("Tape loan 1,");
});

test("selects all loans at once, of which not all have come", async ({ page, organization }) => {
  await organization.api.import("many.csv", smallTape(LOANS));
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(grid(page).getByRole("row", { name: `${LOANS} loans` })).toBeVisible();
  const everything = page.getByRole("checkbox", { name: "Select all rows that are loaded" });
  await everything.click();
  await expect(everything).toHaveJSProperty("indeterminate", true);
  await page.getByRole("button", { name: `Select all ${LOANS}` }).click();
  await expect(grid(page).getByRole("row", { name: `Selected: ${LOANS}` })).toContainText(
    money(`${millions(LOANS)}000000.00`),
  );
  await expect(everything).toHaveJSProperty("indeterminate", false);
  await expect(everything).toBeChecked();
});

test("paper says what was searched for, and that not all rows have come", async ({ page, organization }) => {
  await organization.api.import("many.csv", smallTape(LOANS));
  await signIn(page, organization.administrator);
  await page.goto("/loans/?q=tape");
  await expect(grid(page)).toContainText(`${LOANS} loans`);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("Search: tape")).toBeVisible();
  await expect(page.getByText(/^The first \d+ of 450 rows\./)).toBeVisible();
});
