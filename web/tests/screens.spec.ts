import { type Dashboard, dashboard, figures, LOAN, opened, percent } from "./dashboard";
import { demonstrate, expect, LEAST_LOAN, signIn, test } from "./fixtures";
import { monthOf } from "./import-tapes";

/** What was found wrong when every screen was looked at, each with what is right. */

test("bars of a composition are as long as their share of the whole", async ({ page, organization }) => {
  const server = await opened(page, organization);
  const [lender] = (server.compositions["lender"] as Dashboard["compositions"][string]).slices;
  const row = page.getByRole("list", { name: "By lender" }).getByRole("listitem").first();
  await expect(row).toContainText(percent(2)(lender?.share ?? null));
  const bar = row.locator("[aria-hidden] > span");
  const width = await bar.evaluate((element) => element.style.width);
  expect(width).toMatch(/%$/);
  expect(Number.parseFloat(width)).toBeCloseTo(Number(lender?.share) * 100, 6);
});

test.describe("data that is old", () => {
  test("says so, shows the months it has, and calls what has matured matured", async ({
    page,
    organization,
  }) => {
    for (const month of [0, 1, 2]) {
      const { name, content } = monthOf("old-2017-c1", month);
      await organization.api.import(name, content);
    }
    await signIn(page, organization.administrator);
    await page.goto("/dashboard/");
    const attention = page.getByRole("region", { name: "Needs attention" });
    await expect(attention).toContainText(/Data is \d+ years? (\d+ months? )?old/);
    const history = page.getByRole("region", { name: "History" });
    await expect(history.getByText("No data in this period.")).toHaveCount(0);
    await history.getByRole("button", { name: "History as a table" }).click();
    await expect(history.getByRole("table").getByRole("row")).toHaveCount(4);
  });

  test("is no more “Current” once a loan's maturity is past", async ({ page, organization }) => {
    const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", {
      ...LEAST_LOAN,
      number: "M-1",
      name: "Matured Mill",
      originationDate: "2016-02-01",
      balanceAsOf: "2022-01-01",
      maturityDate: "2022-03-06",
    });
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}`);
    await expect(page.getByText("Matured", { exact: true })).toBeVisible();
    await expect(page.getByText("Current", { exact: true })).toHaveCount(0);
    await page.goto("/dashboard/");
    const largest = page.getByRole("table", { name: "Ten largest" });
    await expect(largest.getByTitle("Matured", { exact: true }).last()).toHaveText("Mar 6, 2022");
    const attention = page.getByRole("region", { name: "Needs attention" });
    await attention.getByRole("button", { name: /1 loan past maturity/ }).click();
    await expect(page.getByRole("dialog").getByRole("link", { name: /Matured Mill/ })).toBeVisible();
    await expect(page.getByRole("dialog").getByRole("row", { name: /Matured Mill/ })).toContainText(
      "Matured",
    );
    await page.goto("/loans/");
    await expect(page.getByRole("row", { name: /Matured Mill/ })).toContainText("Matured");
  });
});

test("loans are listed by name, with the end of their number, in which those of a deal differ", async ({
  page,
  organization,
}) => {
  for (const asset of [1, 2]) {
    await organization.api.post("/api/v1/loans", {
      ...LEAST_LOAN,
      number: `benchmark-2026-b42.ex102/${asset}`,
      name: `Tower ${asset}`,
    });
  }
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  const table = page.getByRole("grid", { name: "Loans" });
  await expect(table.getByRole("columnheader").nth(1)).toHaveText(/^Name/);
  await expect(table.getByRole("rowheader", { name: "Tower 1" })).toBeVisible();
  for (const end of ["…/1", "…/2"]) await expect(table.getByText(end, { exact: true })).toBeVisible();
});

test("the dashboard is asked for at once, once, and nothing is asked for in vain", async ({
  page,
  organization,
}) => {
  await demonstrate(organization.api);
  await signIn(page, organization.administrator);
  const asked: string[] = [];
  const failed: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  page.on("requestfailed", (request) => failed.push(request.url()));
  const response = await page.goto("/dashboard/");
  // The shape of the page is in the file itself, before any script.
  expect(await response?.text()).toContain('aria-label="Loading"');
  await expect(figures(page)).toBeVisible();
  await page.getByRole("region", { name: "Maturities" }).scrollIntoViewIfNeeded();
  await expect(page.locator(".chart svg").first()).toBeVisible();
  expect(asked.filter((path) => path === "/api/v1/dashboard")).toHaveLength(1);
  expect(asked.filter((path) => path === "/api/v1/auth/refresh")).toHaveLength(1);
  expect(asked.filter((path) => path === "/api/v1/auth/me")).toHaveLength(1);
  expect(failed).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(45);
});

test("what does not exist says so in plain words, and leads on", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  for (const [path, heading, way] of [
    ["/loan/?id=01a22327-0000-7000-8000-000000000000", "This loan doesn’t exist", "All loans"],
    ["/lender/?id=01a22327-0000-7000-8000-000000000000", "This lender doesn’t exist", "All lenders"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: way })).toBeVisible();
    await expect(page.getByText("01a22327")).toHaveCount(0);
  }
});

test("who is thrown out by a reload is told why they are to sign in", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(page.getByRole("heading", { name: "Loans" })).toBeVisible();
  await page.context().clearCookies();
  await page.goto("/loans/");
  await expect(page.getByText("Your session ended. Sign in to continue where you left off.")).toBeVisible();
  await expect(page).toHaveURL(/next=%2Floans%2F/);
});

test("a loan that is saved empty says what is required, in the form's own words", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/loan/new/");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("x");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("");
  await page.getByRole("button", { name: "Create loan" }).click();
  const refusals = page.getByRole("alert").filter({ hasText: /Fix \d+ fields to save/ });
  await expect(refusals).toBeVisible();
  const balance = page.getByRole("textbox", { name: "Original balance" });
  await expect(balance).toHaveAccessibleDescription("Required");
  await expect(page.getByText("is not a number")).toHaveCount(0);
  // What was touched and taken back is no draft.
  await page.reload();
  await expect(page.getByText(/Unsaved draft from/)).toHaveCount(0);
});

test("the audit trail says what an import did, all of it", async ({ page, organization }) => {
  const { name, content } = monthOf("made-up-2017-c1", 0);
  await organization.api.import(name, content);
  await signIn(page, organization.administrator);
  await page.goto("/audit/");
  const rows = page.getByRole("table", { name: "The portfolio's journal" }).getByRole("row");
  await expect(rows.filter({ hasText: `Imported ${name}: 3 loans, 3 properties` })).toBeVisible();
  await expect(rows.filter({ hasText: `Importing ${name}: added 3 loans, 3 properties` })).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name }).first()).toHaveAttribute(
    "href",
    /^\/import\/\?id=/,
  );
});

test("a recorded balance that is not the schedule's says so beside it", async ({ page, organization }) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", {
    ...LOAN,
    number: "B-1",
    borrower: "Larkspur Owner LLC",
    currentBalance: "7000000.00",
  });
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}`);
  await expect(page.getByText("Schedule on that date: $7,127,809.78")).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Loan summary" })).toContainText("Larkspur Owner LLC");
});

test("a property that a tape brought names its deal", async ({ page, organization }) => {
  const { name, content } = monthOf("made-up-2017-c1", 0);
  await organization.api.import(name, content);
  const { items } = await organization.api.get<{ items: { id: string }[] }>("/api/v1/properties?limit=1");
  await signIn(page, organization.administrator);
  await page.goto(`/property/?id=${items[0]?.id}`);
  await expect(
    page.getByRole("region", { name: "Classification" }).getByRole("link", { name: "made-up-2017-c1" }),
  ).toHaveAttribute("href", "/imports/?deal=made-up-2017-c1");
});

test("the search finds a loan by a part of a word, and with a letter wrong", async ({
  page,
  organization,
}) => {
  await organization.api.post("/api/v1/loans", { ...LEAST_LOAN, number: "S-1", name: "Northgate Plaza" });
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(page.getByRole("row", { name: /Northgate Plaza/ })).toBeVisible();
  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "Search and commands" });
  for (const words of ["thgat", "northgte"]) {
    await search.fill(words);
    await expect(page.getByRole("option", { name: /Northgate Plaza/ })).toBeVisible();
  }
  await search.fill("ltv");
  await expect(page.getByRole("option", { name: "Loan to value" })).toHaveAttribute(
    "href",
    "/loans/?figure=ltv",
  );
  expect((await dashboard(organization.api)).figures["loanCount"]?.value).toBe("1");
});
