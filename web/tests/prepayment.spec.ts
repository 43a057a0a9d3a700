import { expect, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";

import { type Api, signIn, test } from "./fixtures";

/** The golden loan: prepaid right after payment 84 at a Treasury of 3.75 %, its premium is $370,108.51. */
const GOLDEN = {
  name: "Golden Tower",
  originalBalance: "10000000.00",
  currentBalance: "10000000.00",
  balanceAsOf: "2025-01-01",
  originationDate: "2025-01-01",
  maturityDate: "2035-01-01",
  rate: "0.0525",
  terms: { dayCount: "30_360", firstPaymentDate: "2025-02-01", amortizationMonths: 360 },
};
const PHASES = [
  { kind: "lockout", months: 24 },
  { kind: "yield_maintenance", formula: "remaining_payments", floor: "0.01", monthsBeforeMaturity: 4 },
  { kind: "open" },
];

async function golden(api: Api, prepayment: object[], changes: object = {}): Promise<string> {
  const number = `P-${randomUUID().slice(0, 8)}`;
  const terms = { ...GOLDEN.terms, prepayment };
  const { id } = await api.post<{ id: string }>("/api/v1/loans", { number, ...GOLDEN, ...changes, terms });
  return id;
}

const costs = (page: Page) => page.getByRole("table", { name: "Cost by payment date" });
const quote = (page: Page) => page.getByRole("region", { name: "Payoff quote" });

test("the cost of prepaying is shown on every date, and a payoff quoted to the cent", async ({
  page,
  organization,
}) => {
  const id = await golden(organization.api, PHASES);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&tab=prepayment&on=2032-01-01`);
  await expect(page.getByText("Unknown: yield maintenance needs a Treasury yield")).toBeVisible();
  await expect(quote(page).getByRole("row", { name: /Prepayment premium/ })).toContainText("Unknown");

  await page.getByRole("textbox", { name: "Treasury yield" }).fill("3.75");
  const row = costs(page).getByRole("row", { name: /Jan 1, 2032/ });
  await expect(row).toContainText("$370,108.51");
  await expect(row).toContainText("3.75%");
  await expect(quote(page).getByRole("row", { name: /Prepayment premium/ })).toContainText("$370,108.51");
  await expect(quote(page)).toContainText(
    "Without what is unknown: fees, late charges, default interest, suspense.",
  );

  await quote(page).getByRole("button", { name: "How is this computed" }).click();
  await expect(quote(page).getByText("present value of the remaining payments - balance")).toBeVisible();
  await quote(page).getByRole("button", { name: "Figures from the servicer" }).click();
  for (const label of ["Fees", "Late charges", "Default interest", "Suspense"]) {
    await quote(page).getByRole("textbox", { name: label }).fill("0");
  }
  await expect(quote(page).getByRole("row", { name: /^Payoff/ })).toContainText("$9,208,749.42");

  // By keyboard: another day, within the lockout, says when it ends.
  const on = quote(page).getByRole("textbox", { name: "Payoff date" });
  await on.fill("6/1/2026");
  await on.press("Escape");
  await expect(quote(page).getByRole("status")).toContainText("Feb 1, 2027");
  await expect(page).toHaveURL(/on=2026-06-01/);
});

test("terms that nobody stated are unknown, and lead to the form that states them", async ({
  page,
  organization,
}) => {
  const id = await golden(organization.api, []);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&tab=prepayment`);
  await expect(page.getByRole("heading", { name: "No prepayment terms" })).toBeVisible();
  await page.getByRole("button", { name: "Add prepayment terms" }).click();
  await page
    .getByRole("button", { name: /^Prepayment/ })
    .last()
    .click();
  await page.getByRole("button", { name: "Add phase" }).click();
  await page.getByLabel("Kind").selectOption("step_down");
  await page.getByRole("textbox", { name: "Percentages" }).fill("5; 4; 3 1/2");
  await page.getByRole("textbox", { name: "Ends months before maturity" }).fill("3");
  await page.getByLabel("Prepayment in part").selectOption("not_allowed");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(`${GOLDEN.name} was saved`)).toBeVisible();
  await expect(page.getByText("Prepayment in part: not allowed")).toBeVisible();
  const { terms } = await organization.api.get<{ terms: Record<string, unknown> }>(`/api/v1/loans/${id}`);
  expect(terms).toMatchObject({
    partialPrepayment: "not_allowed",
    prepayment: [{ kind: "step_down", percentages: ["0.05", "0.04", "0.035"], monthsBeforeMaturity: 3 }],
  });
});

test("an anticipated repayment date ends the phases, and interest that is unknown has no days", async ({
  page,
  organization,
}) => {
  const later = { maturityDate: "2045-01-01", anticipatedRepaymentDate: "2035-01-01" };
  const id = await golden(organization.api, PHASES, later);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&tab=prepayment&on=2032-01-16`);
  await expect(
    page.getByText("The anticipated repayment date Jan 1, 2035 is taken as the maturity.").first(),
  ).toBeVisible();
  await expect(costs(page).getByRole("row").last()).toContainText("Dec 1, 2034");

  const late = await golden(organization.api, PHASES.slice(-1), { status: "30_days" });
  await page.goto(`/loan/?id=${late}&tab=prepayment&on=2025-01-16`);
  await expect(quote(page).getByRole("row", { name: /Accrued interest/ })).toContainText("Unknown");
  await expect(quote(page)).not.toContainText("Interest of");
});
