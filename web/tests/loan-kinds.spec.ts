import { expect, type Page } from "@playwright/test";

import { signIn, test } from "./fixtures";

/** Fills what every loan has: $1,200,000 at 6 %, for a year from the first of 2025. */
async function fill(page: Page, number: string, firstPayment: string) {
  await page.goto("/loan/new/");
  const form = page.getByRole("form", { name: "Loan" });
  for (const [name, value] of [
    ["Number", number],
    ["Name", `Loan ${number}`],
    ["Original balance", "$1.2m"],
    ["Origination", "2025-01-01"],
    ["First payment", firstPayment],
    ["Maturity", "2026-01-01"],
  ] as const)
    await form.getByRole("textbox", { name, exact: name === "Number" || name === "Name" }).fill(value);
  await form.getByRole("textbox", { name: "Rate", exact: true }).fill("6%");
  return form;
}

async function installments(page: Page) {
  await page.keyboard.press("Control+Enter");
  await page.getByRole("tab", { name: "Schedule" }).click();
  return page.getByRole("table", { name: "Installments" });
}

test("a loan whose interest is paid in kind is entered, and its schedule says what is added", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  const form = await fill(page, "K-1", "2025-02-01");
  await form.getByRole("combobox", { name: "Principal" }).selectOption("Interest added");
  await form.getByRole("textbox", { name: "Interest is paid at" }).fill("0");
  const table = await installments(page);
  await expect(table.getByRole("columnheader", { name: "Capitalized" })).toBeVisible();
  // 1,200,000 x 6 % x 31 / 360.
  await expect(table.getByRole("row").nth(1)).toContainText("$6,200.00");
  await expect(table.getByRole("row").nth(1)).toContainText("$1,206,200.00");
});

test("a loan is paid each week, or in advance", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  const weekly = await fill(page, "W-1", "2025-01-08");
  await weekly.getByRole("combobox", { name: "Payments" }).selectOption("weekly");
  await expect(weekly.getByRole("textbox", { name: "Payment day" })).toBeHidden();
  const weeks = await installments(page);
  await expect(weeks.getByRole("row").nth(1)).toContainText("$1,400.00"); // 7 days
  await expect(weeks.getByRole("row").nth(2)).toContainText("Jan 15, 2025");

  const advance = await fill(page, "A-1", "2025-01-01");
  await advance.getByRole("switch", { name: "Payments in advance" }).press("Space");
  const months = await installments(page);
  await expect(months.getByRole("row").nth(1)).toContainText("Jan 1, 2025");
  await expect(months.getByRole("row").nth(1)).toContainText("$6,200.00");
});

test("a loan that is drawn in parts and prepaid in part is entered, and its schedule counts the days", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  const form = await fill(page, "D-1", "2025-02-01");
  await form.getByRole("button", { name: "Future funding", expanded: false }).click();
  await form.getByRole("textbox", { name: "Commitment" }).fill("$1.5m");
  await form.getByRole("textbox", { name: "Fee on what is not drawn" }).fill("0.36%");
  await form.getByRole("button", { name: "Add draw" }).click();
  const draw = form.getByRole("group", { name: "Draw 1" });
  await draw.getByRole("textbox", { name: "Drawn" }).fill("2025-02-11");
  await draw.getByRole("textbox", { name: "Amount" }).fill("300,000");
  await form.getByRole("button", { name: "Partial prepayments", expanded: false }).click();
  await form.getByRole("button", { name: "Add partial prepayment" }).click();
  const prepaid = form.getByRole("group", { name: "Partial prepayment 1" });
  await prepaid.getByRole("textbox", { name: "Paid" }).fill("2025-03-16");
  await prepaid.getByRole("textbox", { name: "Amount" }).fill("150,000");
  const table = await installments(page);
  for (const column of ["Drawn", "Prepaid", "Unused fee"])
    await expect(table.getByRole("columnheader", { name: column })).toBeVisible();
  const rows = table.getByRole("row");
  await expect(rows.nth(1)).toContainText("$93.00"); // 300,000 x 0.36 % x 31 / 360, until it is drawn
  await expect(rows.nth(2)).toContainText("$6,500.00"); // 1,200,000 for 10 days and 1,500,000 for 18, at 6 %
  await expect(rows.nth(2)).toContainText("$1,500,000.00");
  await expect(rows.nth(3)).toContainText("$7,350.00"); // 1,500,000 for 15 days and 1,350,000 for 16
  await expect(rows.nth(3)).toContainText("$1,350,000.00");
});
