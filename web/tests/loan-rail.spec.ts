import type { Page } from "@playwright/test";

import { type Api, draftOf, expect, signIn, test } from "./fixtures";

const LOAN = {
  number: "R-1",
  name: "Larkspur Apartments",
  originalBalance: "7200000.00",
  currentBalance: "7127809.78",
  balanceAsOf: "2026-11-01",
  originationDate: "2025-12-12",
  maturityDate: "2055-01-01",
  anticipatedRepaymentDate: "2035-11-01",
  rate: "0.0575",
  terms: { firstPaymentDate: "2026-02-01", amortizationMonths: 360 },
  borrower: "Larkspur Owner LLC",
};

interface Balance {
  on: string;
  balance: string;
  accruedInterest: string;
  nextInstallment: { payment: string; dueDate: string };
}

/** A loan of a lender whom one can call. */
async function createLoan(api: Api, fields: object = {}): Promise<string> {
  const lender = await api.post<{ id: string }>("/api/v1/lenders", {
    name: "First Harbor Bank",
    contacts: [
      { name: "Dana Whitfield", role: "Originations", email: "dana@example.com", phone: "+1 212 555 0100" },
    ],
  });
  return (await api.post<{ id: string }>("/api/v1/loans", { ...LOAN, lenderId: lender.id, ...fields })).id;
}

/** `1184581.31` and `2035-11-01` as the page shows them. */
const dollars = (amount: string) =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(amount as `${number}`);
const day = (date: string) =>
  new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(new Date(date));

const railOf = (page: Page) => page.getByRole("complementary", { name: "Loan summary" });

test.describe("on a wide screen", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("a loan's summary is in sight in all tabs, however far down", async ({ page, organization }) => {
    const id = await createLoan(organization.api);
    const now = await organization.api.get<Balance>(`/api/v1/loans/${id}/balance`);
    const loan = await organization.api.get<{ version: number }>(`/api/v1/loans/${id}`);
    await organization.api.put(`/api/v1/loans/${id}`, loan.version, {
      ...draftOf(loan),
      currentBalance: now.balance,
      balanceAsOf: now.on,
    });
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}`);
    const rail = railOf(page);
    for (const shown of [
      dollars(now.balance),
      `Recorded as of ${day(now.on)}`,
      "Matches the schedule",
      dollars(now.accruedInterest),
      dollars(now.nextInstallment.payment),
      day(now.nextInstallment.dueDate),
      `Anticipated repayment${day(LOAN.anticipatedRepaymentDate)}`,
      `Final maturity ${day(LOAN.maturityDate)}`,
      LOAN.borrower,
      "Dana Whitfield, Originations",
    ]) {
      await expect(rail).toContainText(shown);
    }
    for (const tab of ["Schedule", "Reconciliation", "Properties", "History", "Overview"]) {
      await page.getByRole("tab", { name: tab }).click();
      await expect(page.getByRole("tabpanel", { name: tab })).toBeVisible();
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await expect(rail, tab).toBeInViewport({ ratio: 1 });
      await page.evaluate(() => window.scrollTo(0, 0));
    }
    // What is in the rail is not above the tabs as well.
    await expect(page.getByText(`Borrower ${LOAN.borrower}`)).toBeHidden();
    await expect(rail.getByRole("link", { name: "First Harbor Bank" })).toBeVisible();
  });

  test("is reached from the deeds of the page, and leads on to its parts", async ({ page, organization }) => {
    const id = await createLoan(organization.api);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}`);
    await expect(railOf(page).getByRole("link", { name: "+1 212 555 0100" })).toBeVisible();
    await page.getByRole("button", { name: "Delete", exact: true }).focus();
    for (const name of ["First Harbor Bank", "dana@example.com", "+1 212 555 0100"]) {
      await page.keyboard.press("Tab");
      await expect(page.getByRole("link", { name }).first()).toBeFocused();
    }
    await page.keyboard.press("Tab");
    await expect(page.getByRole("tab", { name: "Overview" })).toBeFocused();
  });

  test("what comes late to it moves nothing else", async ({ page, organization }) => {
    const id = await createLoan(organization.api);
    await signIn(page, organization.administrator);
    let release = () => {};
    const released = new Promise<void>((done) => (release = done));
    await page.route(/\/api\/v1\/(loans\/[^/]+\/balance|lenders\/)/, async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(`/loan/?id=${id}&tab=history`);
    const form = page.getByRole("button", { name: "View as of this date" });
    await expect(form).toBeVisible();
    await expect(railOf(page)).toContainText(LOAN.borrower);
    const before = await form.boundingBox();
    release();
    await expect(railOf(page)).toContainText("Matches the schedule");
    await expect(railOf(page)).toContainText("Dana Whitfield");
    expect(await form.boundingBox()).toEqual(before);
  });

  test("a balance that is not the schedule's says by how much", async ({ page, organization }) => {
    const id = await createLoan(organization.api, { currentBalance: "7000000.00" });
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}`);
    await expect(railOf(page)).toContainText(
      "Schedule on that date: $7,127,809.78. Recorded is $127,809.78 lower",
    );
    await expect(railOf(page)).not.toContainText("Matches");
  });

  test("an old balance is rolled forward to today, and says from what", async ({ page, organization }) => {
    const id = await createLoan(organization.api, {
      balanceAsOf: "2026-03-01",
      currentBalance: "7190000.00",
    });
    const now = await organization.api.get<{ rolledBalance: string; on: string }>(
      `/api/v1/loans/${id}/balance`,
    );
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}`);
    const rail = railOf(page);
    await expect(rail).toContainText(`Balance${dollars(now.rolledBalance)}`);
    await expect(rail).toContainText(
      `Rolled forward to ${day(now.on)}, from $7,190,000.00 recorded as of Mar 1, 2026`,
    );
  });
});

test("on a narrower screen it stands above the tabs, as the parties do in the line of the name", async ({
  page,
  organization,
}) => {
  await page.setViewportSize({ width: 1100, height: 800 });
  const id = await createLoan(organization.api);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}`);
  const rail = railOf(page);
  await expect(rail).toContainText("Matches the schedule");
  await expect(rail.getByText("Borrower")).toBeHidden();
  await expect(page.getByText(`Borrower ${LOAN.borrower}`)).toBeVisible();
  const [above, tabs] = [await rail.boundingBox(), await page.getByRole("tablist").boundingBox()];
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(tabs?.y ?? 0);
});

test("a loan's page asks for nothing twice", async ({ page, organization }) => {
  const { api } = organization;
  const property = await api.post<{ id: string }>("/api/v1/properties", {
    name: "Larkspur House",
    propertyType: "multifamily",
  });
  const id = await createLoan(api, { properties: [{ propertyId: property.id }] });
  await signIn(page, organization.administrator);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "GET" && request.url().includes("/api/v1/")) asked.push(request.url());
  });
  await page.goto(`/loan/?id=${id}&tab=properties`);
  await expect(railOf(page).getByText("Dana Whitfield")).toBeVisible();
  await expect(page.getByRole("tabpanel").getByText("Larkspur House").first()).toBeVisible();
  expect(asked.filter((url, place) => asked.indexOf(url) !== place)).toEqual([]);
});
