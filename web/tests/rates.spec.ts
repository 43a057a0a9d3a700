import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

import { LEAST_LOAN, type Organization, signIn, test } from "./fixtures";

const DAY = 86_400_000;

/** The weekdays of the last so many days before today, as a file of fixings: one value, and another since a day. */
function fixings(index: string, days: number, value: (on: string) => string): string {
  const rows = Array.from({ length: days }, (_, ago) => new Date(Date.now() - (days - ago) * DAY))
    .filter((on) => on.getUTCDay() % 6 !== 0)
    .map((on) => on.toISOString().slice(0, 10));
  return ["DATE," + index, ...rows.map((on) => `${on},${value(on)}`)].join("\n");
}

const monthsFrom = (months: number, day = 15): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, day)).toISOString().slice(0, 10);
};

/** Neither a serious fault for those who cannot see it, nor, on a phone, anything out of reach. */
async function expectUsable(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include("main").analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join()}`),
  ).toEqual([]);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 375, height: 812 });
  await expect
    .poll(() =>
      page.evaluate(() => document.documentElement.scrollWidth - document.body.getBoundingClientRect().width),
    )
    .toBeLessThanOrEqual(0);
  if (size !== null) await page.setViewportSize(size);
}

async function importFile(page: Page, name: string, content: string): Promise<void> {
  await page.getByLabel("File of fixings").setInputFiles({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(content),
  });
}

test("fixings are imported, told apart, entered by hand and revised", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/rates/");
  await expect(page.getByRole("heading", { name: "No fixings yet" })).toBeVisible();

  await page.getByRole("button", { name: "Load public SOFR" }).click();
  const result = page.getByRole("region", { name: "Imported sample" });
  await expect(
    result.getByText("1,250 of 1,250 published values of sofr 30 day average are reproduced"),
  ).toBeVisible();
  await expect(result.getByText("1,250 of 1,250 published values of the SOFR index")).toBeVisible();
  const indices = page.getByRole("table", { name: "Indices" });
  await expect(indices.getByRole("row")).toHaveCount(4);
  await result.getByRole("button", { name: "Close the result of the import" }).click();
  await expect(result).toBeHidden();

  await importFile(page, "term.csv", `${fixings("1M Term SOFR", 30, () => "4.33")}\nlater,4.33\n`);
  const term = page.getByRole("region", { name: "Imported term.csv" });
  await expect(term.getByText(/taken, 0 unchanged, 0 revised, 1 refused/)).toBeVisible();
  await expect(term.getByText(/'later' is no day/)).toBeVisible();

  await indices.getByRole("link", { name: "1-month Term SOFR" }).click();
  const table = page.getByRole("table", { name: "Fixings of 1-month Term SOFR" });
  await expect(table.getByRole("row").nth(1)).toContainText("4.33%");

  const form = page.getByRole("region", { name: "Add a fixing" });
  await expect(form.getByLabel("Index")).toHaveValue("term_sofr_1_month");
  const last = (
    await organization.api.get<{ items: { on: string }[] }>(
      "/api/v1/rates/fixings?index=term_sofr_1_month&limit=1",
    )
  ).items[0]?.on;
  await form.getByRole("textbox", { name: "Day" }).fill(last ?? "");
  await form.getByRole("textbox", { name: "Value" }).fill("4.85");
  await form.getByRole("textbox", { name: "Value" }).press("Tab");
  await form.getByRole("button", { name: "Add fixing" }).click();
  await expect(form.getByText(/4.85% of .* is kept as revision 1/)).toBeVisible();
  await expect(table.getByRole("row").nth(1)).toContainText(
    "Moved by more than 25 bp, Revision 1, before 4.33%",
  );

  await expectUsable(page);

  const rows = await table.getByRole("row").count();
  await table
    .getByRole("button", { name: /^Take out the fixing of/ })
    .first()
    .click();
  await expect(table.getByRole("row")).toHaveCount(rows - 1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(table.getByRole("row")).toHaveCount(rows);
  await expect(table.getByRole("row").nth(1)).toContainText("Revision 1, before 4.33%");

  await form.getByRole("textbox", { name: "Day" }).fill("2100-01-04");
  await form.getByRole("textbox", { name: "Value" }).fill("4.85");
  await form.getByRole("textbox", { name: "Value" }).press("Tab");
  await form.getByRole("button", { name: "Add fixing" }).click();
  await expect(form.getByText(/is still to come/)).toBeVisible();
});

test("a forward curve is pasted, and projects a loan", async ({ page, organization }) => {
  await keepFixings(organization);
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", {
    ...LEAST_LOAN,
    number: "F-3",
    name: "Projected Pier",
    balanceAsOf: monthsFrom(-1),
    originationDate: monthsFrom(-1),
    maturityDate: monthsFrom(11),
    rateType: "floating",
    terms: { firstPaymentDate: monthsFrom(0), floating: { index: "1M Term SOFR", spread: "0.01" } },
  });
  await signIn(page, organization.administrator);
  await page.goto("/rates/");
  const form = page.getByRole("region", { name: "Add a forward curve" });
  await form.getByRole("textbox", { name: "Source" }).fill("Desk");
  const points = form.getByRole("textbox", { name: "Points" });
  await points.fill("soon 3.9");
  await expect(form.getByText("No day and percentage: soon 3.9")).toBeVisible();
  await points.fill(`${monthsFrom(0, 1)} 4.00\n${monthsFrom(6)} 3.50`);
  await form.getByRole("button", { name: "Add curve" }).click();
  await expect(form.getByText(/is kept/)).toBeVisible();
  await page.goto(`/loan/?id=${id}&tab=schedule`);
  const last = page.getByRole("table", { name: "Installments" }).getByRole("row").last();
  await expect(last).toContainText("5.33%");
  const projected = page.getByLabel("Projected by");
  await projected.selectOption({ label: await projected.getByRole("option").nth(1).innerText() });
  await expect(last).toContainText("4.50%");
});

async function fillTerms(page: Page): Promise<void> {
  await page.goto("/loan/new/");
  const form = page.getByRole("form", { name: "Loan" });
  await form.getByRole("textbox", { name: "Number" }).fill("F-1");
  await form.getByRole("textbox", { name: "Name" }).fill("Floating Pier");
  // Before the days are filled in: the calendar below one may cover it.
  await page.getByText("Floating", { exact: true }).click();
  await form.getByRole("textbox", { name: "Original balance" }).fill("25,000,000");
  await form.getByRole("textbox", { name: "Origination" }).fill(monthsFrom(-4));
  await form.getByRole("textbox", { name: "First payment" }).fill(monthsFrom(-3));
  await form.getByRole("textbox", { name: "Maturity" }).fill(monthsFrom(20));
  await form.getByRole("textbox", { name: "Present rate" }).fill("6.80");
  await form.getByRole("textbox", { name: "Index", exact: true }).fill("1M Term SOFR");
  await form.getByRole("textbox", { name: "Spread" }).fill("250 bp");
  await form.getByRole("textbox", { name: "Lookback in business days" }).fill("2");
}

test("a floating loan is entered, and its future is moved by a slider", async ({ page, organization }) => {
  await keepFixings(organization);
  await signIn(page, organization.administrator);
  await fillTerms(page);
  await expect(page.getByRole("region", { name: "Schedule" }).getByText("Due at maturity")).toBeVisible();
  await page.getByRole("button", { name: "Create loan" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Floating Pier" })).toBeVisible();

  await page.getByRole("tab", { name: "Schedule" }).click();
  const table = page.getByRole("table", { name: "Installments" });
  await expect(table.getByRole("row")).toHaveCount(25);
  await expect(page.getByText("Recorded: 6.80%")).toBeVisible();
  await expect(page.getByText(/^Since /)).toBeVisible();
  await expect(table.getByRole("row").nth(1)).toContainText("Past, by fixing");
  await expect(table.getByRole("row").nth(1)).toContainText("4.33% of");
  const future = table.getByRole("row").nth(12);
  await expect(future).toContainText("To come, projected");
  await expect(future).toContainText("6.83%");

  const slider = page.getByRole("slider", { name: /Moved by basis points/ });
  await slider.focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await expect(page.getByText("Moved by basis points: +100 bp")).toBeVisible();
  await expect(future).toContainText("7.83%");
  await expect(table.getByRole("row").nth(1)).toContainText("6.83%");
  await expectUsable(page);
});

test("a missing fixing is named, and leads to where it can be added", async ({ page, organization }) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", {
    ...LEAST_LOAN,
    number: "F-2",
    name: "Unfixed Pier",
    rateType: "floating",
    terms: { firstPaymentDate: "2026-03-01", floating: { index: "Prime", spread: "0.01" } },
  });
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&tab=schedule`);
  await expect(page.getByText("The fixing of Prime for Jan 29, 2026 is missing.")).toBeVisible();
  await page.getByRole("link", { name: "Add fixings" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rates" })).toBeVisible();
});

async function keepFixings({ api }: Organization): Promise<void> {
  const file = Buffer.from(fixings("1M Term SOFR", 200, () => "4.33"));
  await api.send("POST", "/api/v1/rates/imports?fileName=term.csv", file, {
    "Content-Type": "application/octet-stream",
  });
}
