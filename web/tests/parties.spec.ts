import type { Page } from "@playwright/test";

import { type Api, expect, signIn, test } from "./fixtures";

interface Thing {
  id: string;
  version: number;
  name: string;
}

const loan = (fields: object) => ({
  number: "P-1",
  name: "Harbor Plaza",
  originalBalance: "1000000.00",
  currentBalance: "1000000.00",
  balanceAsOf: "2025-12-31",
  originationDate: "2025-01-01",
  maturityDate: "2035-01-01",
  rate: "0.0525",
  rateType: "fixed",
  terms: { dayCount: "actual_360", frequency: "monthly", firstPaymentDate: "2025-02-01" },
  ...fields,
});

const field = (page: Page, name: string) =>
  page.getByRole("textbox", { name, exact: true }).or(page.getByRole("combobox", { name, exact: true }));

function signal() {
  let give = () => {};
  const given = new Promise<void>((done) => (give = done));
  return { given, give };
}

/** The one thing of a kind, as the server has it. */
async function only<T extends Thing>(api: Api, kind: string): Promise<T> {
  const { items } = await api.get<{ items: T[] }>(`/api/v1/${kind}`);
  expect(items).toHaveLength(1);
  return items[0] as T;
}

test("a lender is created, changed, deleted and brought back", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/lenders/");
  await expect(page.getByRole("heading", { name: "No lenders yet" })).toBeVisible();
  await page.getByRole("link", { name: "New lender" }).first().click();
  await page.getByRole("button", { name: "Create lender" }).click();
  await expect(field(page, "Name")).toBeFocused();
  await expect(field(page, "Name")).toHaveAttribute("aria-invalid", "true");

  await field(page, "Name").fill("First National");
  await field(page, "Type").selectOption({ label: "Life company" });
  await field(page, "Minimum loan").fill("5m");
  await field(page, "Maximum loan").fill("60,000,000");
  await field(page, "Maximum LTV").fill("65");
  await field(page, "Minimum DSCR").fill("1.25");
  await page.getByRole("button", { name: "Add a contact" }).click();
  await field(page, "Contact 1: Name").fill("Dana Whitfield");
  await field(page, "Contact 1: Email").fill("dana@example.com");
  await page.getByRole("button", { name: "Create lender" }).click();
  await expect(page.getByRole("heading", { name: "First National" })).toBeVisible();
  await expect(page.getByText("$60,000,000.00")).toBeVisible();
  await expect(page.getByRole("link", { name: "dana@example.com" })).toBeVisible();
  await expect(page.getByText("No loans yet.")).toBeVisible();

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await field(page, "Name").fill("Second National");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Second National" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { name: "First National" })).toBeVisible();

  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByRole("row", { name: "Name First National Second National" })).toBeVisible();

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete lender" }).click();
  await expect(page.getByRole("heading", { name: "No lenders yet" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByRole("row", { name: /First National/ })).toBeVisible();
});

test("two who change one lender are shown each other's words, field by field", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const { id } = await api.post<Thing>("/api/v1/lenders", {
    name: "First National",
    website: "https://old.example",
  });
  await signIn(page, organization.administrator);
  await page.goto(`/lender/?id=${id}&edit=all`);
  await field(page, "Name").fill("Mine National");
  await field(page, "Address").fill("1 Main Street");

  await api.put(`/api/v1/lenders/${id}`, 1, { name: "Theirs National", website: "https://new.example" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This lender was changed while you were editing")).toBeVisible();
  await expect(page.getByText(/Anna Adler on/)).toBeVisible();
  const fields = page.getByRole("table", { name: "Fields in which both versions differ" });
  await expect(
    fields
      .getByRole("row", { name: /Website/ })
      .getByRole("radio")
      .nth(1),
  ).toBeChecked();
  await expect(
    fields
      .getByRole("row", { name: /Address/ })
      .getByRole("radio")
      .nth(0),
  ).toBeChecked();
  const take = page.getByRole("button", { name: "Take these into the form" });
  await expect(take).toBeDisabled();
  await fields.getByRole("radio", { name: "Mine National" }).check();
  await take.click();
  await expect(field(page, "Website")).toHaveValue("https://new.example");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Mine National" })).toBeVisible();
  expect(await only(api, "lenders")).toMatchObject({
    name: "Mine National",
    website: "https://new.example",
    address: "1 Main Street",
    version: 3,
  });
});

test("a lender in use is kept, and says by how many loans; its exposure is the loans' own", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const lender = await api.post<Thing>("/api/v1/lenders", { name: "First National" });
  await api.post("/api/v1/loans", loan({ lenderId: lender.id }));
  await signIn(page, organization.administrator);
  await page.goto("/lenders/");
  await expect(page.getByRole("row", { name: /First National.*\$1,000,000\.00/ })).toBeVisible();
  await page.getByRole("link", { name: "First National" }).click();
  const exposure = page.getByRole("region", { name: "Exposure" });
  await expect(exposure.getByText("$1,000,000.00").first()).toBeVisible();
  await expect(exposure.getByRole("row", { name: /2035/ }).first()).toContainText("$1,000,000.00");
  await expect(exposure.getByRole("link", { name: "View on dashboard" })).toHaveAttribute(
    "href",
    `/dashboard/?lenderId=${lender.id}`,
  );
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete lender" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "in use by 1 loan" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { name: "First National" })).toBeVisible();
});

test("lenders are in the order of what is outstanding, those without loans at the end", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const lender = (name: string) => api.post<Thing>("/api/v1/lenders", { name });
  const lend = (number: string, lenderId: string, currentBalance: string) =>
    api.post("/api/v1/loans", loan({ number, lenderId, currentBalance, originalBalance: currentBalance }));
  // More of them than a page has; what is owed to two comes neither first nor last by name.
  await Promise.all(Array.from({ length: 60 }, (_, place) => lender(`Bank ${String(place + 10)}`)));
  const [small, large] = [await lender("Bank 3 Small"), await lender("Bank 5 Large")];
  await lend("P-1", large.id, "9000000.00");
  await lend("P-2", small.id, "500000.00");
  await lend("P-3", small.id, "500000.00");
  await signIn(page, organization.administrator);
  await page.goto("/lenders/");

  const heading = (name: string) => page.getByRole("columnheader", { name });
  const row = (place: number) => page.locator(`tr[data-index="${place}"]`);
  await expect(row(0)).toContainText(/Bank 5 Large.*\$9,000,000\.00.*1.*90\.0/);
  await expect(row(1)).toContainText(/Bank 3 Small.*\$1,000,000\.00.*2.*10\.0/);
  await expect(row(2)).toContainText(/Bank 10.*\$0\.00.*0/);
  await expect(page.getByText("62 lenders")).toBeVisible();
  await expect(heading("Outstanding")).toHaveAttribute("aria-sort", "descending");
  await expect(heading("Share")).not.toHaveAttribute("aria-sort", /./);
  await row(0).focus();
  await page.keyboard.press("End");
  await expect(row(61)).toContainText("Bank 69");

  await heading("Outstanding").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/lenders/?order=balance");
  await expect(heading("Outstanding")).toHaveAttribute("aria-sort", "ascending");
  await expect(row(0)).toContainText("Bank 3 Small");
  await expect(row(2)).toContainText("Bank 10");
  await heading("Loans").getByRole("button").press("Enter");
  await expect(page).toHaveURL("/lenders/?order=-loans");
  await expect(row(0)).toContainText("Bank 3 Small");
  await page.reload();
  await expect(heading("Loans")).toHaveAttribute("aria-sort", "descending");
  await expect(row(0)).toContainText("Bank 3 Small");
  await heading("Name").getByRole("button").press("Enter");
  await expect(page).toHaveURL("/lenders/?order=name");
  await expect(row(0)).toContainText(/Bank 10.*\$0\.00.*0/);

  await page.goto("/lenders/?q=large");
  await expect(page.getByText("1 lender", { exact: true })).toBeVisible();
  await expect(row(0)).toContainText("Bank 5 Large");
  await page.goto("/lenders/?q=nobody");
  await expect(page.getByRole("heading", { name: "No lenders match" })).toBeVisible();

  // What is owed changes: the list that stood in its order is in its new one.
  await page.goto("/lenders/");
  await expect(row(0)).toContainText("Bank 5 Large");
  await lend("P-4", small.id, "20000000.00");
  await page.reload();
  await expect(row(0)).toContainText(/Bank 3 Small.*\$21,000,000\.00.*3/);
});

test("funds and portfolios are in the order of what is outstanding", async ({ page, organization }) => {
  const { api } = organization;
  await signIn(page, organization.administrator);
  for (const [kind, field] of [
    ["funds", "fundId"],
    ["portfolios", "portfolioId"],
  ] as const) {
    await api.post<Thing>(`/api/v1/${kind}`, { name: "Alpha" });
    const { id } = await api.post<Thing>(`/api/v1/${kind}`, { name: "Omega" });
    await api.post("/api/v1/loans", loan({ number: kind, [field]: id }));
    await page.goto(`/${kind}/`);
    await expect(page.locator('tr[data-index="0"]')).toContainText(/Omega.*\$1,000,000\.00/);
    await expect(page.locator('tr[data-index="1"]')).toContainText(/Alpha.*\$0\.00/);
    await page.getByRole("columnheader", { name: "Outstanding" }).getByRole("button").press("Enter");
    await expect(page).toHaveURL(`/${kind}/?order=balance`);
    await expect(page.locator('tr[data-index="1"]')).toContainText("Alpha");
  }
});

test("funds and portfolios have what is said of them", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/fund/?new=true");
  await field(page, "Name").fill("Debt Fund II");
  await field(page, "Vintage").fill("2024");
  await field(page, "Commitment").fill("250m");
  await field(page, "Deployed").fill("100m");
  await field(page, "Management fee").fill("1.5");
  await page.getByRole("button", { name: "Create fund" }).click();
  await expect(page.getByText("$250,000,000.00")).toBeVisible();
  expect(await only(organization.api, "funds")).toMatchObject({
    vintage: 2024,
    commitment: "250000000.00",
    deployed: "100000000.00",
    managementFee: "0.015",
  });

  await page.goto("/portfolio/?new=true");
  await field(page, "Name").fill("Core");
  await field(page, "Strategy").fill("Hold to maturity");
  await field(page, "Manager").fill("Ada Adams");
  await field(page, "Target return").fill("8 1/4");
  await page.getByRole("button", { name: "Create portfolio" }).click();
  await expect(page.getByText("8.25%")).toBeVisible();
  expect(await only(organization.api, "portfolios")).toMatchObject({
    manager: "Ada Adams",
    targetReturn: "0.0825",
  });
});

test("a property's valuations are written in a table; refusals stand at their fields", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const portfolio = await api.post<Thing>("/api/v1/portfolios", { name: "Core" });
  await signIn(page, organization.administrator);
  await page.goto("/property/?new=true");
  await field(page, "Name").fill("Harbor Plaza");
  await field(page, "Type").selectOption({ label: "Office" });
  await field(page, "Portfolio").click();
  await page.getByRole("option", { name: "Core" }).click();
  await field(page, "State").fill("TX");
  await field(page, "Square feet").fill("10,000");
  await field(page, "Leasable square feet").fill("12,000");
  await page.getByRole("button", { name: "Create property" }).click();
  await expect(page.getByText("must not exceed the total square feet")).toBeVisible();
  await field(page, "Leasable square feet").fill("9,500");
  await page.getByRole("button", { name: "Create property" }).click();
  await expect(page.getByRole("heading", { name: "Harbor Plaza" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Core" })).toHaveAttribute(
    "href",
    `/portfolio/?id=${portfolio.id}`,
  );

  await page.getByRole("button", { name: "Edit: Valuations" }).click();
  for (const [row, day, amount] of [
    [1, "2023-06-30", "1.6m"],
    [2, "2024-06-30", "1.75m"],
  ] as const) {
    await page.getByRole("button", { name: "Add a valuation" }).click();
    await field(page, `Valuation ${row}: As of`).fill(day);
    await field(page, `Valuation ${row}: Value`).fill(amount);
    await field(page, `Valuation ${row}: Source`).fill("Appraisal");
  }
  await page.getByRole("button", { name: "Save" }).click();
  const valuations = page.getByRole("table", { name: "Valuations" });
  await expect(
    valuations.getByRole("row", { name: /Jun 30, 2024.*\$1,750,000\.00.*Appraisal/ }),
  ).toBeVisible();
  await expect(
    page.getByRole("img", { name: /Value and net operating income.*\$1,600,000\.00/ }),
  ).toBeVisible();

  await page.goto("/properties/?propertyType=office&state=TX");
  await expect(page.getByRole("row", { name: /Harbor Plaza.*\$1,750,000\.00/ })).toBeVisible();
  await field(page, "State").fill("CA");
  await expect(page.getByRole("heading", { name: "No properties match" })).toBeVisible();
  await expect(page).toHaveURL(/state=CA/);
});

test("what comes late moves nothing that is being written in", async ({ page, organization }) => {
  const { id } = await organization.api.post<Thing>("/api/v1/properties", {
    name: "Harbor Plaza",
    propertyType: "office",
  });
  await signIn(page, organization.administrator);
  const [asked, released, answered] = [signal(), signal(), signal()];
  // The loans on the property stand below the form, which would move with them where the page is at its end.
  await page.route(/\/api\/v1\/(dashboard\?propertyId=|properties\/[^/]+\/loans)/, async (route) => {
    asked.give();
    await released.given;
    const response = await route.fetch();
    // Who asked may not want it any more.
    await route.fulfill({ response }).catch(() => undefined);
    answered.give();
  });
  // Where the page need not scroll, the browser holds nothing in place by itself.
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/property/?id=${id}`);
  await asked.given;
  await page.getByRole("button", { name: "Edit: Valuations" }).click();
  await page.getByRole("button", { name: "Add a valuation" }).click();
  await field(page, "Valuation 1: As of").fill("2024-06-30");
  await field(page, "Valuation 1: Value").fill("1.75m");
  await page.getByRole("button", { name: "Save" }).hover();
  // A press takes a moment, in which the button must stay where it is.
  await page.mouse.down();
  released.give();
  await answered.given;
  await page.evaluate(async () => {
    for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame);
  });
  await page.mouse.up();
  await expect(page.getByRole("cell", { name: "$1,750,000.00" })).toBeVisible();
  await expect(page.getByText("No loans yet.")).toBeVisible();
});

test("a viewer sees all of it and no button that would be refused", async ({ page, organization }) => {
  const { id } = await organization.api.post<Thing>("/api/v1/lenders", { name: "First National" });
  await signIn(page, await organization.join("viewer"));
  await page.goto("/lenders/");
  await expect(page.getByRole("row", { name: /First National/ })).toBeVisible();
  await expect(page.getByRole("link", { name: "New lender" })).toHaveCount(0);
  await page.goto(`/lender/?id=${id}&edit=all`);
  await expect(page.getByRole("heading", { name: "Contacts" })).toBeVisible();
  for (const name of ["Edit", "Delete", "Edit: Contacts", "Save"]) {
    await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  }
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByText("Created", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Restore this version" })).toHaveCount(0);
});
