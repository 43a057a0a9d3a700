import { readFileSync } from "node:fs";

import { expect, LEAST_LOAN, signIn, test } from "./fixtures";

test("a debt schedule is made, downloaded and compared with the one before", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const loan = await api.post<{ id: string; version: number }>("/api/v1/loans", {
    number: "1001",
    name: "Harbor Point",
    ...LEAST_LOAN,
  });
  await api.report("debt_schedule");
  const version = { "If-Match": `"${loan.version}"` };
  await api.send("PATCH", `/api/v1/loans/${loan.id}`, { name: "Harbor Pier" }, version);

  await signIn(page, organization.administrator);
  await page.goto("/reports/");
  await page.getByRole("textbox", { name: "Title" }).fill("For the bank");
  await page.getByRole("button", { name: "Make the report" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "For the bank" })).toBeVisible();
  await expect(page.getByText("1 outstanding loan, $7,200,000.00")).toBeVisible();
  const differences = page.getByRole("table", { name: "Differences" });
  await expect(differences.getByRole("row", { name: /Harbor Pier/ })).toContainText("Harbor Point");

  for (const [name, begins] of [
    ["Workbook", "PK"],
    ["PDF", "%PDF-"],
  ] as const) {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
    expect(
      readFileSync(await file.path())
        .subarray(0, begins.length)
        .toString("latin1"),
    ).toBe(begins);
  }
  await page.getByRole("link", { name: "All reports" }).click();
  await expect(page.getByRole("grid", { name: "Reports" }).getByRole("row").nth(1)).toContainText(
    "For the bank",
  );
});

test("what a report lacks is said at its field", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/reports/");
  await page.getByRole("radio", { name: /^Changes/ }).check();
  await page.getByRole("button", { name: "Make the report" }).click();
  await expect(page.getByText("name the day after which changes count")).toBeVisible();
});

test("what is refused of a field without words of its own is said all the same", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const fund = await api.post<{ id: string; version: number }>("/api/v1/funds", { name: "Harbor Fund I" });
  await signIn(page, organization.administrator);
  await page.goto("/reports/");
  await page.getByRole("combobox", { name: "Fund" }).click();
  await page.getByRole("option", { name: "Harbor Fund I" }).click();
  await api.send("DELETE", `/api/v1/funds/${fund.id}`, undefined, { "If-Match": `"${fund.version}"` });
  await page.getByRole("button", { name: "Make the report" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Filter, fund id" })).toContainText(
    "There is no such fund",
  );
});

test("a loan's page leads to its abstract", async ({ page, organization }) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", {
    number: "1001",
    name: "Harbor Point",
    ...LEAST_LOAN,
  });
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}`);
  await page.getByRole("link", { name: "Abstract" }).click();
  await expect(page.getByRole("radio", { name: /^Loan abstract/ })).toBeChecked();
  await expect(page.getByRole("combobox", { name: "Loan" })).toHaveValue("1001 · Harbor Point");
  await page.getByRole("button", { name: "Make the report" }).click();
  await expect(page.getByRole("button", { name: "Workbook", exact: true })).toBeVisible();
});
