import type { Page } from "@playwright/test";

import { type Api, expect, signIn, test } from "./fixtures";

interface Forecast {
  readonly months: readonly { month: string; debtService: string; balloon: string; loans: number }[];
  readonly total: { debtService: string; balloon: string };
}

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const shown = (amount: string | undefined) => money.format((amount ?? "") as `${number}`);
const monthWords = (first: string | undefined) =>
  new Intl.DateTimeFormat("en-US", { year: "numeric", month: "short", timeZone: "UTC" }).format(
    new Date(`${first}T00:00:00Z`),
  );

/** Make three loans that pay interest only: two fixed ones, one of which ends soon, and one whose index has no fixings. */
async function lend(api: Api): Promise<void> {
  // The first month is that of the organization's business date, whatever the day is elsewhere.
  const [first] = (await api.get<Forecast>("/api/v1/forecast")).months;
  const begins = new Date(`${first?.month}T00:00:00Z`);
  const month = (ahead: number) =>
    new Date(Date.UTC(begins.getUTCFullYear(), begins.getUTCMonth() + ahead, 1)).toISOString().slice(0, 10);
  const loan = (number: string, name: string, ends: string, changes: object = {}, terms: object = {}) =>
    api.post("/api/v1/loans", {
      number,
      name,
      originalBalance: "12000000.00",
      currentBalance: "12000000.00",
      balanceAsOf: month(0),
      originationDate: month(-12),
      maturityDate: ends,
      rate: "0.06",
      ...changes,
      terms: { dayCount: "30_360", firstPaymentDate: month(-11), ...terms },
    });
  await loan("F-1", "Harbor Point", month(60));
  await loan("F-2", "Mill Pond", month(4), { originalBalance: "6000000.00", currentBalance: "6000000.00" });
  await loan(
    "F-3",
    "Quarry Road",
    month(60),
    { rateType: "floating" },
    { floating: { index: "SOFR", spread: "0.025" } },
  );
}

async function opened(page: Page): Promise<void> {
  await page.goto("/debt-service/");
  await expect(page.getByRole("table", { name: "Debt service by month" })).toBeVisible();
}

test.describe("debt service by month", () => {
  test("is what the server says, and a month leads to the loans that pay then, by keys alone", async ({
    page,
    organization,
  }) => {
    await lend(organization.api);
    await signIn(page, organization.administrator);
    await opened(page);
    const told = await organization.api.get<Forecast>("/api/v1/forecast");
    const table = page.getByRole("table", { name: "Debt service by month" });
    await expect(table.getByRole("row")).toHaveCount(26);
    const last = told.months[4];
    await expect(table.getByRole("row", { name: new RegExp(`^${monthWords(last?.month)}`) })).toContainText(
      `${shown("90000.00")}${shown("6000000.00")}`,
    );
    await expect(table.getByRole("row", { name: /^Total/ })).toContainText(shown(told.total.debtService));
    await expect(
      page.getByRole("img", { name: /^Balloons above, interest and principal below/ }),
    ).toBeVisible();

    await table.getByRole("button", { name: monthWords(last?.month) }).press("Enter");
    const drawer = page.getByRole("dialog", { name: `Due in ${monthWords(last?.month)}` });
    await expect(drawer.getByRole("row", { name: /Mill Pond/ })).toContainText(shown("6000000.00"));
    await expect(drawer.getByRole("row")).toHaveCount(3);
    await expect(page).toHaveURL(new RegExp(`month=${last?.month.slice(0, 7)}`));
    await page.reload();
    await expect(drawer.getByRole("row", { name: /Harbor Point/ })).toContainText(shown("60000.00"));
    await page.keyboard.press("Escape");
    await expect(drawer).toBeHidden();
    await expect(page).not.toHaveURL(/month=/);
  });

  test("names the loans that are left out, and follows a shift once their fixings are there", async ({
    page,
    organization,
  }) => {
    await lend(organization.api);
    await signIn(page, organization.administrator);
    await opened(page);
    const notice = page.getByRole("alert").filter({ hasText: "Not included: 1 loan" });
    await expect(notice).toContainText("The fixing of SOFR for");
    await expect(notice.getByRole("link", { name: "Add fixings" })).toHaveAttribute("href", "/rates/");
    await notice.getByRole("button", { name: "Show these loans" }).click();
    const left = page.getByRole("dialog", { name: "Loans left out" });
    await expect(left.getByRole("row", { name: /Quarry Road/ })).toContainText("is missing");
    await left.getByRole("button", { name: "Close" }).click();

    const [{ reason } = { reason: "" }] = (
      await organization.api.get<{ leftOut: { reason: string }[] }>("/api/v1/forecast")
    ).leftOut;
    await organization.api.post("/api/v1/rates/fixings", {
      index: "SOFR",
      on: /\d{4}-\d{2}-\d{2}/.exec(reason)?.[0],
      value: "0.04",
    });
    await page.reload();
    const table = page.getByRole("table", { name: "Debt service by month" });
    await expect(table).toBeVisible();
    await expect(notice).toBeHidden();
    await expect(table.getByRole("columnheader", { name: "of it projected" })).toBeVisible();
    // 12,000,000 at 6.5 % is 65,000.00 a month on 30/360, beside 60,000.00 and 30,000.00.
    const third = (await organization.api.get<Forecast>("/api/v1/forecast")).months[3];
    const row = table.getByRole("row", { name: new RegExp(`^${monthWords(third?.month)}`) });
    await expect(row).toContainText(shown("155000.00"));
    const slider = page.getByRole("slider", { name: /^Moved by basis points/ });
    await slider.focus();
    for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowRight");
    await expect(page).toHaveURL(/shift=100/);
    await expect(row).toContainText(shown("165000.00"));
  });

  test("is of the loans that the filters select, for as many months as are asked for, and goes along as CSV", async ({
    page,
    organization,
  }) => {
    await lend(organization.api);
    await signIn(page, organization.administrator);
    await page.goto("/debt-service/?rateType=fixed&months=12");
    const table = page.getByRole("table", { name: "Debt service by month" });
    await expect(table.getByRole("row")).toHaveCount(14);
    await expect(page.getByText("2 of 2 loans")).toBeVisible();
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export CSV" }).click();
    expect((await downloading).suggestedFilename()).toBe("forecast.csv");
    await page.getByRole("radiogroup", { name: "Months ahead" }).getByText("60 months").click();
    await expect(table.getByRole("row")).toHaveCount(62);
  });

  test("is found from the maturity wall, with the filters of the dashboard", async ({
    page,
    organization,
  }) => {
    await lend(organization.api);
    await signIn(page, organization.administrator);
    await page.goto("/dashboard/?rateType=fixed");
    await page.getByRole("link", { name: "Debt service by month" }).click();
    await expect(page).toHaveURL(/\/debt-service\/\?rateType=fixed/);
    await expect(page.getByText("2 of 2 loans")).toBeVisible();
  });

  test("says so where no loan is owed", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/debt-service/");
    await expect(page.getByRole("heading", { name: "No outstanding loans" })).toBeVisible();
  });

  test.describe("on a phone", () => {
    test.use({ viewport: { width: 375, height: 812 } });

    test("nothing is sideways out of reach, and debt service stands beside its month", async ({
      page,
      organization,
    }) => {
      await lend(organization.api);
      await signIn(page, organization.administrator);
      await opened(page);
      const beyond = () =>
        page.evaluate(
          () => document.documentElement.scrollWidth - document.body.getBoundingClientRect().width,
        );
      expect(await beyond()).toBe(0);
      const headings = page.getByRole("table", { name: "Debt service by month" }).getByRole("columnheader");
      await expect(headings.nth(1)).toHaveText("Debt service");
      const box = await headings.nth(1).boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(375);
    });
  });
});
