import type { Page } from "@playwright/test";

import { expect, LEAST_LOAN, type Organization, signIn, test } from "./fixtures";

const loan = (organization: Organization, number: string) =>
  organization.api.post<{ id: string }>("/api/v1/loans", {
    number,
    name: `Harbor ${number}`,
    ...LEAST_LOAN,
    terms: { firstPaymentDate: "2026-04-01" },
  });

const day = (page: Page, name: RegExp) => page.getByRole("table").first().getByRole("button", { name });

test.describe("a month of dates", () => {
  test("is walked by keyboard, kept in the address, and shows a day with many", async ({
    page,
    organization,
  }) => {
    for (const number of ["1001", "1002", "1003", "1004", "1005"]) await loan(organization, number);
    await signIn(page, organization.administrator);
    await page.goto("/dates/");
    await page.getByRole("radiogroup", { name: "View" }).getByText("Month").click();
    await expect(page).toHaveURL(/view=month/);
    await page.goto("/dates/?view=month&month=2036-02");
    const first = day(page, /^Feb 1, 2036: 5 dates/);
    await expect(first).toContainText("Maturity · 1001");
    await expect(first).toContainText("+2 more");

    await first.focus();
    await page.keyboard.press("ArrowRight");
    await expect(day(page, /^Feb 2, 2036: 0 dates/)).toBeFocused();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/day=2036-02-01/);
    const rows = page.getByRole("grid", { name: "Dates" }).getByRole("row", { name: /Maturity/ });
    await expect(rows).toHaveCount(5);
    await rows.first().getByRole("button", { name: "Done" }).click();
    await expect(rows).toHaveCount(4);
    await expect(day(page, /^Feb 1, 2036: 4 dates/)).toBeVisible();

    await page.reload();
    await expect(rows).toHaveCount(4);
    await page.getByRole("button", { name: "Previous month" }).click();
    await expect(page).toHaveURL(/month=2036-01/);
    await expect(page.getByRole("button", { name: "January 2036" })).toBeVisible();
    await page.getByRole("button", { name: "Next month" }).click();
    await expect(first.or(day(page, /^Feb 1, 2036: 4 dates/))).toBeVisible();
    await page.getByRole("button", { name: "Today" }).click();
    await expect(page).toHaveURL(/day=\d{4}-\d{2}-\d{2}/);
    await expect(page.locator('button[aria-current="date"]')).toBeVisible();
  });

  test("fits a phone, where days say how many they have", async ({ page, organization }) => {
    await page.setViewportSize({ width: 375, height: 812 });
    await loan(organization, "1001");
    await signIn(page, organization.administrator);
    await page.goto("/dates/?view=month&month=2036-02");
    const first = day(page, /^Feb 1, 2036: 1 date/);
    await expect(first).toBeVisible();
    const beyond = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await beyond()).toBeLessThanOrEqual(0);
    await first.click();
    await expect(page.getByRole("grid", { name: "Dates" }).getByText("Maturity")).toBeVisible();
  });
});

test("filters of dates are kept in the address", async ({ page, organization }) => {
  await loan(organization, "1001");
  await signIn(page, organization.administrator);
  await page.goto("/dates/");
  const rows = page.getByRole("grid", { name: "Dates" }).getByRole("row", { name: /1001/ });
  await expect(rows.first()).toBeVisible();
  await page.getByRole("combobox", { name: "What" }).click();
  await page.getByRole("option", { name: "Maturity", exact: true }).click();
  await expect(page).toHaveURL(/kind=maturity/);
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.getByRole("combobox", { name: "Assigned to" }).click();
  await page.getByRole("option", { name: "Me" }).click();
  await expect(page.getByText("No dates match")).toBeVisible();
});

test("a loan’s timeline takes owner, evidence, waiver and rest", async ({ page, organization }) => {
  const { id } = await loan(organization, "1001");
  await organization.join("member");
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}`);
  await page.getByRole("tab", { name: "Dates" }).click();
  const maturity = page.getByRole("listitem").filter({ hasText: "Maturity date" });
  await expect(maturity).toContainText("Feb 1, 2036");
  const more = maturity.getByRole("button", { name: "More for maturity of 1001" });
  const ask = async (what: string) => {
    await more.press("Enter");
    await page.getByRole("menuitem", { name: what }).click();
  };

  await ask("Assign…");
  await page.getByRole("combobox", { name: "Assigned to" }).fill("ben");
  await expect(page.getByRole("option")).toHaveText([/Ben member/]);
  await page.getByRole("option").click();
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(maturity).toContainText("Assigned to Ben member");

  await ask("Snooze…");
  await page.getByRole("textbox", { name: "Open again on" }).fill("1/15/2036");
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await expect(maturity).toContainText("Until Jan 15, 2036");
  await ask("End the snooze");
  await expect(maturity).toContainText("Open");

  await ask("Waive…");
  await page.getByRole("button", { name: "Waive", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("textbox", { name: "Reason" })).toHaveAttribute(
    "aria-invalid",
    "true",
  );
  await page.getByRole("textbox", { name: "Reason" }).fill("Sold before.");
  await page.getByRole("button", { name: "Waive", exact: true }).click();
  await expect(maturity).toContainText("Reason: Sold before.");
  await expect(maturity).toContainText("Waived by Anna Adler");

  await maturity.getByRole("button", { name: "Reopen" }).click();
  await expect(maturity).not.toContainText("Sold before.");
  await ask("Done, with evidence…");
  await page.getByRole("textbox", { name: "Evidence" }).fill("Payoff letter");
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await expect(maturity).toContainText("Evidence: Payoff letter");

  await page.getByText("All dates").click();
  await expect(page).toHaveURL(/dates=all/);
  await expect(page.getByRole("listitem").filter({ hasText: "Payment" }).first()).toBeVisible();
});

test("documents that expire are in the list and the timeline, and lead to the document", async ({
  page,
  organization,
}) => {
  const { id } = await loan(organization, "1001");
  const file = (name: string, query: string) =>
    organization.api.send<{ id: string }>(
      "POST",
      `/api/v1/documents?fileName=${name}&title=${name}&${query}`,
      Buffer.from(`${name}.\n`),
      { "Content-Type": "text/plain" },
    );
  await file("Policy.txt", `kind=insurance&expiresOn=2036-01-20&link=loan:${id}`);
  await file("Survey.txt", "kind=survey&expiresOn=2036-01-25&link=property:p1");
  await signIn(page, organization.administrator);
  await page.goto("/dates/?kind=document_expiry");
  const rows = page.getByRole("grid", { name: "Dates" }).getByRole("row", { name: /Document expiry/ });
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText("1001 · Harbor 1001");
  await rows.nth(1).getByRole("link", { name: "Survey.txt" }).click();
  await expect(page.getByRole("heading", { name: "Survey.txt" })).toBeVisible();

  await page.goto(`/loan/?id=${id}&tab=dates`);
  const expiry = page.getByRole("listitem").filter({ hasText: "Document expiry" });
  await expect(expiry).toContainText("Jan 20, 2036");
  await expiry.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("Document expiry of Policy.txt · 1001 is done")).toBeVisible();
  await expiry.getByRole("link", { name: "Policy.txt" }).click();
  await expect(page.getByRole("heading", { name: "Policy.txt" })).toBeVisible();
});

test("a calendar feed is made, read by its address and revoked", async ({
  page,
  context,
  organization,
  elsewhere,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await loan(organization, "1001");
  await signIn(page, organization.administrator);
  await page.goto("/dates/");
  await page.getByRole("button", { name: "Calendar feeds" }).click();
  const dialog = page.getByRole("dialog", { name: "Calendar feeds" });
  await expect(dialog.getByText("You have no calendar feeds yet.")).toBeVisible();
  await dialog.getByRole("button", { name: "Create address" }).click();
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Maturities");
  await dialog.getByRole("combobox", { name: "Kinds of date" }).click();
  await page.getByRole("option", { name: "Maturity", exact: true }).click();
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Create address" }).click();

  const made = page.getByRole("dialog", { name: "Address created" });
  const address = await made.getByRole("textbox", { name: "Address" }).inputValue();
  await made.getByRole("button", { name: "Copy" }).click();
  await expect(made.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  const calendar = await elsewhere.get(address);
  expect(await calendar.text()).toContain("DTSTART;VALUE=DATE:20360201");
  await made.getByRole("button", { name: "Done" }).click();

  await expect(dialog.getByRole("row", { name: /Maturities/ })).toContainText("Maturity");
  await dialog.getByRole("button", { name: "Revoke Maturities" }).click();
  await page
    .getByRole("dialog", { name: "Revoke this address?" })
    .getByRole("button", { name: "Revoke" })
    .click();
  await expect(page.getByText("The address of Maturities no longer works.")).toBeVisible();
  await expect(dialog.getByRole("row", { name: /Maturities/ })).toHaveCount(0);
  expect((await elsewhere.get(address)).status()).toBe(404);
});
