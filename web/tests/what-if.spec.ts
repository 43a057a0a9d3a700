import type { Page } from "@playwright/test";

import { type Api, expect, signIn, test } from "./fixtures";

/** The loan of golden case G21 on its property, and what it is called. */
async function goldenLoan(api: Api): Promise<string> {
  const property = await api.post<{ id: string }>("/api/v1/properties", {
    name: "Harbor Point",
    propertyType: "office",
    operatingStatements: [
      { basis: "trailing_twelve_months", periodEnd: "2026-06-30", netOperatingIncome: "900000" },
    ],
    valuations: [{ amount: "11500000", asOf: "2026-06-30" }],
  });
  const loan = await api.post<{ id: string }>("/api/v1/loans", {
    number: "G21",
    name: "Harbor Point",
    originalBalance: "8194827.97",
    currentBalance: "8194827.97",
    balanceAsOf: "2026-06-30",
    originationDate: "2024-01-01",
    maturityDate: "2036-01-01",
    rate: "0.0525",
    properties: [{ propertyId: property.id }],
  });
  return loan.id;
}

/** Move a slider by keys, as a person does, so many steps up or down. */
async function press(page: Page, label: string, steps: number): Promise<void> {
  const slider = page.getByRole("slider", { name: label, exact: true });
  await slider.focus();
  for (let step = 0; step < Math.abs(steps); step += 1) {
    await page.keyboard.press(steps > 0 ? "ArrowRight" : "ArrowLeft");
  }
}

test("a loan's refinance follows its sliders, by keys alone, and says how it is computed", async ({
  page,
  organization,
}) => {
  const id = await goldenLoan(organization.api);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&tab=refinance`);
  await expect(page.getByText("Not financeable: equity of $719,827.97 is missing")).toBeVisible();
  const limits = page.getByRole("table", { name: "Limits of the new loan" });
  await expect(limits.getByRole("row", { name: "LTV 65.00% $7,475,000.00 $0.00 Binds" })).toBeVisible();

  await expect(page.getByText(/^There is a gap in every month from .* to Jan 1, 2036$/)).toBeVisible();

  await press(page, "Maximum LTV", 7);
  await expect(page.getByText("Financeable", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/maximumLtv=0\.72/);
  await page.reload();
  await expect(page.getByText("Financeable", { exact: true })).toBeVisible();
  await expect(page.getByRole("slider", { name: "Maximum LTV" })).toHaveAttribute("aria-valuetext", "72.0%");

  await page.getByRole("button", { name: "How is the gap computed" }).press("Enter");
  const how = page.getByRole("dialog", { name: "How is the gap computed" });
  await expect(how).toContainText("gap = balloon + costs - proceeds");
  await expect(how).toContainText("$8,194,827.97");
  await page.keyboard.press("Escape");
  await expect(how).toBeHidden();

  await page.getByRole("button", { name: "Reset" }).click();
  await expect(page.getByText("Not financeable: equity of $719,827.97 is missing")).toBeVisible();
  await expect(page).not.toHaveURL(/maximumLtv/);
});

test("the portfolio is sized anew as sliders move, and leads to the loan with the gap", async ({
  page,
  organization,
}) => {
  const id = await goldenLoan(organization.api);
  await signIn(page, organization.administrator);
  await page.goto("/what-if/");
  const outcomes = page.getByRole("table", { name: "What it does" });
  await expect(outcomes.getByRole("row", { name: /^Gap/ })).toContainText("$720K");
  // 8,194,827.97 is 71.26 % of 11,500,000; 900,000 is 10.98 % of it, and may fall by 18.05 % to 9 %.
  const takes = page.getByRole("table", { name: "What it takes" });
  await expect(takes.getByRole("row", { name: "LTV 65.00% Cap rates rise by Broken today" })).toBeVisible();
  await expect(takes.getByRole("row", { name: "Debt yield 9.00% NOI falls by 18.05%" })).toBeVisible();
  await press(page, "NOI", -20);
  await press(page, "Rates", 4);
  await expect(page).toHaveURL(/rateShift=0\.0100/);
  await expect(page).toHaveURL(/incomeChange=-0\.20/);
  const found = await organization.api.get<{ total: { gap: string }; wall: { balloon: string }[] }>(
    "/api/v1/portfolio/stress?rateShift=0.01&incomeChange=-0.2",
  );
  await page.getByRole("button", { name: "Wall of balloons as a table" }).click();
  const wall = page.getByRole("table", { name: "Wall of balloons" });
  const gap = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
  await expect(wall.getByRole("row", { name: /^Total/ })).toContainText(
    gap.format(found.total.gap as `${number}`),
  );
  await expect(wall.getByRole("row", { name: /^2036/ })).toContainText("$8,194,827.97");
  await page.getByRole("table", { name: "Widest gaps" }).getByRole("link", { name: "Harbor Point" }).click();
  await expect(page).toHaveURL(new RegExp(`/loan/\\?id=${id}&tab=refinance`));
});

test("a later move ends the request of the one before", async ({ page, organization }) => {
  await goldenLoan(organization.api);
  await signIn(page, organization.administrator);
  await page.goto("/what-if/");
  await expect(page.getByRole("table", { name: "What it does" })).toBeVisible();
  const held: (() => void)[] = [];
  await page.route(/portfolio\/stress.*rateShift=0\.0025/, async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.abort().catch(() => undefined);
  });
  const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("rateShift=0.0025"));
  await press(page, "Rates", 1);
  await expect.poll(() => held.length).toBe(1);
  await press(page, "Rates", 1);
  expect((await ended).failure()?.errorText).toBe("net::ERR_ABORTED");
  await expect(page).toHaveURL(/rateShift=0\.0050/);
  for (const release of held) release();
});

test("an organization without loans is told so", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/what-if/");
  await expect(page.getByRole("heading", { name: "No outstanding loans" })).toBeVisible();
});

test("nothing sized is not everything paid, and the balloons that are explained are those shown", async ({
  page,
  organization,
}) => {
  const loan = await organization.api.post<{ id: string }>("/api/v1/loans", {
    number: "ARD",
    name: "Harbor Point",
    originalBalance: "8000000",
    currentBalance: "8000000",
    balanceAsOf: "2026-06-30",
    originationDate: "2024-01-01",
    maturityDate: "2046-01-01",
    anticipatedRepaymentDate: "2036-01-01",
    rate: "0.0525",
  });
  await signIn(page, organization.administrator);
  // The dashboard's setting comes along in the address: a stress is of computed figures whatever it says.
  await page.goto("/what-if/?source=reported");
  await expect(page.getByText("No balloon could be sized.")).toBeVisible();
  const outcomes = page.getByRole("table", { name: "What it does" });
  await expect(outcomes.getByRole("row", { name: /^Debt service, net of hedges/ })).toBeVisible();
  await page.getByRole("button", { name: "How is Balloons of sized loans computed" }).press("Enter");
  const how = page.getByRole("dialog", { name: "How is Balloons of sized loans computed" });
  await expect(how).toContainText("Σ balloon of the loans that were sized");
  await expect(how).toContainText("$8,000,000.00");
  await page.goto(`/loan/?id=${loan.id}&tab=refinance`);
  await expect(
    page.getByText("Expected on its anticipated repayment date; its maturity is Jan 1, 2046."),
  ).toBeVisible();
});
