import { expect, type Page } from "@playwright/test";

import { LEAST_LOAN, type Organization, signIn, test } from "./fixtures";

const TERMS = { dayCount: "actual_360", firstPaymentDate: "2024-02-01", amortizationMonths: 360 };
const LOAN = {
  ...LEAST_LOAN,
  number: "T-1",
  name: "Amended Tower",
  originationDate: "2024-01-01",
  maturityDate: "2034-01-01",
  rate: "0.0525",
  terms: TERMS,
};

interface Loan {
  id: string;
  rate: string;
  termsChanges: { effectiveOn?: string; reason?: string; former: { rate: string } }[];
}

async function editRate(page: Page, organization: Organization): Promise<string> {
  const { id } = await organization.api.post<Loan>("/api/v1/loans", LOAN);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&edit=true`);
  const rate = page.getByRole("textbox", { name: "Rate", exact: true });
  await rate.fill("4.75");
  await rate.blur();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  return id;
}

test("a changed term is dated, and the past stays as it was", async ({ page, organization }) => {
  const id = await editRate(page, organization);
  const asked = page.getByRole("dialog", { name: "When did the terms change?" });
  await expect(asked.getByRole("listitem")).toHaveText(["Rate"]);
  const save = asked.getByRole("button", { name: "Save" });
  await save.click();
  await expect(asked.getByText("Choose one")).toBeVisible();
  await asked.getByRole("radio", { name: "The terms changed on a date" }).check();
  const day = asked.getByRole("textbox", { name: "New terms hold from" });
  await day.fill("2023-07-01");
  await day.press("Tab");
  await save.click();
  await expect(asked.getByText(/must be after the origination/)).toBeVisible();
  await day.fill("2024-07-01");
  await day.press("Tab");
  await asked.getByRole("textbox", { name: "Reason" }).fill("Second amendment");
  await save.click();
  await expect(asked).toBeHidden();
  const changes = page.getByRole("table", { name: "Changes of the terms" });
  await expect(changes.getByRole("row")).toHaveCount(2);
  await expect(changes.getByRole("row").nth(1)).toContainText("Second amendment");
  await expect(changes.getByRole("row").nth(1)).toContainText("5.25");
  const loan = await organization.api.get<Loan>(`/api/v1/loans/${id}`);
  expect(loan.rate).toBe("0.0475");
  expect(loan.termsChanges.map(({ effectiveOn }) => effectiveOn)).toEqual(["2024-07-01"]);
  const { installments } = await organization.api.get<{
    installments: { interest: string; dueDate: string }[];
  }>(`/api/v1/loans/${id}/schedule`);
  // 31 days of actual/360 at 5.25 % on 7,200,000.
  expect(installments.at(0)).toMatchObject({ dueDate: "2024-02-01", interest: "32550.00" });
});

test("a correction says that the terms were never so", async ({ page, organization }) => {
  const id = await editRate(page, organization);
  const asked = page.getByRole("dialog", { name: "When did the terms change?" });
  await asked.getByRole("button", { name: "Back to the form" }).click();
  await expect(page.getByRole("textbox", { name: "Rate", exact: true })).toHaveValue(/4\.75/);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await asked.getByRole("radio", { name: /^Correction/ }).check();
  await asked.getByRole("button", { name: "Save" }).click();
  await expect(asked).toBeHidden();
  await expect(page.getByRole("table", { name: "Changes of the terms" })).toContainText("Not stated");
  const loan = await organization.api.get<Loan>(`/api/v1/loans/${id}`);
  expect(loan.termsChanges).toMatchObject([{ former: { rate: "0.0525" } }]);
});
