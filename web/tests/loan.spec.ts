import { expect, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";

import { type Api, draftOf, signIn, test } from "./fixtures";

interface Loan {
  id: string;
  version: number;
  number: string;
  name: string;
  borrower: string | null;
  servicer: string | null;
  currentBalance: string;
  rate: string;
  terms: { graceDays: number | null; reserves: unknown[] };
  tags: string[];
  customFields: Record<string, unknown>;
}

const DRAFT = {
  name: "Larkspur Apartments",
  originalBalance: "7200000.00",
  currentBalance: "7127809.78",
  balanceAsOf: "2026-11-01",
  originationDate: "2025-12-12",
  maturityDate: "2031-01-01",
  rate: "0.0575",
  terms: {
    firstPaymentDate: "2026-02-01",
    amortizationMonths: 360,
    graceDays: 5,
    reserves: [{ name: "Taxes", balance: "1200.00" }],
  },
  borrower: "Larkspur Owner LLC",
  tags: ["sunbelt"],
  customFields: { "Deal team": "East", audited: true },
};

async function createLoan(api: Api, fields: object = {}): Promise<Loan> {
  return api.post<Loan>("/api/v1/loans", { number: `L-${randomUUID().slice(0, 8)}`, ...DRAFT, ...fields });
}

/** `1184581.31` as the page shows it. */
const dollars = (amount: string) =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(amount as `${number}`);

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: false });

test.describe("a new loan", () => {
  test("is led through by an index of its parts, which opens what is folded", async ({
    page,
    organization,
  }) => {
    await page.setViewportSize({ width: 1440, height: 700 });
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    const index = page.getByRole("navigation", { name: "Parts of the form" });
    await index.getByRole("button", { name: "Repayment", exact: true }).click();
    const repayment = page.getByRole("region", { name: "Repayment" });
    await expect(repayment).toBeInViewport();
    await expect(repayment.locator(":focus")).toHaveCount(1);
    await index.getByRole("button", { name: "Reserves" }).click();
    await expect(page.getByRole("button", { name: "Add reserve" })).toBeFocused();
    await page.setViewportSize({ width: 390, height: 800 });
    await expect(index).toBeHidden();
  });

  test("is drawn while it is typed, to the cent as it is once created", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    const form = page.getByRole("form", { name: "Loan" });
    await form.getByRole("textbox", { name: "Number" }).fill("T-1");
    await form.getByRole("textbox", { name: "Name" }).fill("Harbor Tower");
    await form.getByRole("textbox", { name: "Original balance" }).fill("$1.25m");
    await form.getByRole("textbox", { name: "Origination" }).fill("2026-01-15");
    await form.getByRole("textbox", { name: "First payment" }).fill("3/1/2026");
    await form.getByRole("textbox", { name: "Maturity" }).fill("2031-02-01");
    await form.getByRole("textbox", { name: "Rate", exact: true }).fill("5 1/4 %");
    await form.getByRole("textbox", { name: "Amortization in months" }).fill("30y");
    await form.getByRole("textbox", { name: "Interest-only months" }).fill("12");
    const drawn = page.getByRole("region", { name: "Schedule" });
    await expect(drawn.getByText("Due at maturity")).toBeVisible();
    await expect(drawn.getByText("Until Feb 1, 2027")).toBeVisible();
    const shown = await drawn.locator("dl").innerText();

    // Ctrl + Enter saves, from any field; pressing it twice makes one loan.
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("Control+Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Harbor Tower" })).toBeVisible();
    const { items } = await organization.api.get<{ items: Loan[] }>("/api/v1/loans?q=Harbor");
    expect(items).toHaveLength(1);
    const [created] = items;
    expect(created).toMatchObject({ number: "T-1", currentBalance: "1250000.00", rate: "0.0525" });
    const schedule = await organization.api.get<Record<string, string>>(
      `/api/v1/loans/${created?.id}/schedule`,
    );
    for (const figure of [
      "levelPayment",
      "dueAtMaturity",
      "balanceAfterLastRegularPayment",
      "totalInterest",
    ] as const) {
      expect(shown).toContain(dollars(schedule[figure] ?? ""));
    }
    await page.getByRole("tab", { name: "Schedule" }).click();
    await expect(page.getByRole("table", { name: "Installments" }).getByRole("row")).toHaveCount(62);
    await expect(page.getByText(dollars(schedule.levelPayment ?? "")).first()).toBeVisible();
  });

  test("says what is missing at its field, and why there is no schedule", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    await page.getByRole("textbox", { name: "Number" }).fill("T-2");
    await page.getByRole("button", { name: "Create loan" }).click();
    const name = page.getByRole("textbox", { name: "Name" });
    await expect(name).toBeFocused();
    await expect(name).toHaveAccessibleDescription("Required");
    const summary = page.getByRole("alert").filter({ hasText: /Fix \d+ fields? to save/ });
    await summary.getByRole("button", { name: "Maturity" }).click();
    await expect(page.getByRole("textbox", { name: "Maturity" })).toBeFocused();

    await name.fill("Floating");
    await page.getByRole("textbox", { name: "Original balance" }).fill("10,000,000");
    await page.getByRole("textbox", { name: "Origination" }).fill("2026-01-15");
    await page.getByRole("textbox", { name: "Maturity" }).fill("2029-01-15");
    await page.getByRole("textbox", { name: "Rate", exact: true }).fill("7.1");
    await page.getByText("Floating", { exact: true }).click();
    await page.getByRole("textbox", { name: "Spread" }).fill("275 bp");
    await expect(page.getByText("No schedule: the first payment date is not known")).toBeVisible();
    await page.getByRole("button", { name: "Create loan" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Floating" })).toBeVisible();
    await expect(page.getByText("2.75%")).toBeVisible();
  });

  test("survives a reload, and creates its lender on the way", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    await page.getByRole("textbox", { name: "Number" }).fill("T-3");
    await page.getByRole("combobox", { name: "Lender" }).fill("First Harbor Bank");
    await page.getByRole("option", { name: "Create “First Harbor Bank”" }).click();
    await expect(page.getByRole("combobox", { name: "Lender" })).toHaveValue("First Harbor Bank");
    // It is kept once the lender has been created and a pause is over.
    await expect
      .poll(() => page.evaluate(() => JSON.stringify(sessionStorage)))
      .toMatch(/lenderId\\+":\\+"[0-9a-f]/);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByRole("button", { name: "Restore" }).click();
    await expect(page.getByRole("textbox", { name: "Number" })).toHaveValue("T-3");
    await expect(page.getByRole("combobox", { name: "Lender" })).toHaveValue("First Harbor Bank");
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
    await expect(page.getByRole("textbox", { name: "Number" })).toHaveValue("T-3");
  });

  test("waits for a server that is away and a session that has ended, and is created once", async ({
    page,
    organization,
  }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    await page.getByRole("textbox", { name: "Number" }).fill("T-4");
    await page.getByRole("textbox", { name: "Name" }).fill("Patience");
    await page.getByRole("textbox", { name: "Original balance" }).fill("5m");
    await page.getByRole("textbox", { name: "Origination" }).fill("2026-01-15");
    await page.getByRole("textbox", { name: "Maturity" }).fill("2031-01-15");
    await page.getByRole("textbox", { name: "Rate", exact: true }).fill("6");

    // The request arrives, its answer does not: pressing again must not make a second loan.
    await page.route(
      "**/api/v1/loans",
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    const create = page.getByRole("button", { name: "Create loan" });
    await expect(page.getByText("the first payment date is not known")).toBeVisible();
    await create.click();
    await expect(page.getByText("The server cannot be reached")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Number" })).toHaveValue("T-4");

    await organization.api.post("/api/v1/auth/sign-out-everywhere");
    await create.click();
    await page.getByRole("textbox", { name: "Password" }).fill(organization.administrator.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
    await create.click();
    await expect(page.getByRole("heading", { level: 1, name: "Patience" })).toBeVisible();
    await page.goto("/loan/new/");
    await expect(page.getByRole("button", { name: "Create loan" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Restore" })).toBeHidden();
  });
});

test.describe("a loan that is there", () => {
  test("is edited without losing what the form does not show", async ({ page, organization }) => {
    const loan = await createLoan(organization.api);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${loan.id}`);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Servicer" }).fill("Midland Park");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Midland Park")).toBeVisible();
    const saved = await organization.api.get<Loan>(`/api/v1/loans/${loan.id}`);
    expect(draftOf(saved)).toEqual({ ...draftOf(loan), servicer: "Midland Park" });

    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText("Midland Park")).toBeHidden();
    expect(draftOf(await organization.api.get<Loan>(`/api/v1/loans/${loan.id}`))).toEqual(draftOf(loan));
  });

  test("that somebody else saved meanwhile keeps both changes, and the history tells of both", async ({
    page,
    organization,
  }) => {
    const loan = await createLoan(organization.api);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${loan.id}&edit=true`);
    await field(page, "Borrower").fill("Mine LLC");
    await page.getByRole("textbox", { name: "Rate", exact: true }).fill("6");
    await organization.api.put(`/api/v1/loans/${loan.id}?correction=true`, loan.version, {
      ...draftOf(loan),
      servicer: "Theirs Servicing",
      rate: "0.0625",
    });
    await page.getByRole("button", { name: "Save" }).click();
    const conflict = page.getByRole("dialog", { name: "This loan was changed while you were editing" });
    await expect(conflict.getByText("Anna Adler saved version 2")).toBeVisible();
    await expect(conflict.getByRole("radio", { name: "Mine: Mine LLC" })).toBeChecked();
    await expect(conflict.getByRole("radio", { name: "Theirs: Theirs Servicing" })).toBeChecked();
    const save = conflict.getByRole("button", { name: "Save merged version" });
    await expect(save).toBeDisabled();
    await conflict.getByRole("radio", { name: "Theirs: 6.25%" }).check();
    await save.click();
    await expect(conflict).toBeHidden();
    await expect(page.getByText("Theirs Servicing")).toBeVisible();
    const saved = await organization.api.get<Loan>(`/api/v1/loans/${loan.id}`);
    expect(draftOf(saved)).toEqual({
      ...draftOf(loan),
      borrower: "Mine LLC",
      servicer: "Theirs Servicing",
      rate: "0.0625",
    });

    await page.getByRole("tab", { name: "History" }).click();
    const mine = page.getByRole("table", { name: "Fields changed in version 3" });
    await expect(mine.getByRole("row", { name: /Borrower Larkspur Owner LLC Mine LLC/ })).toBeVisible();
    const theirs = page.getByRole("table", { name: "Fields changed in version 2" });
    await expect(theirs.getByRole("row", { name: /Servicer – Theirs Servicing/ })).toBeVisible();

    // As it was known at its beginning, and back; then that version again, and undone.
    const first = page.getByRole("listitem").filter({ hasText: "version 1" });
    await first.getByRole("button", { name: "View this version" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "As recorded on" })).toBeVisible();
    await expect(
      page.getByRole("definition").filter({ hasText: "Larkspur Owner LLC" }).first(),
    ).toBeVisible();
    await expect(page.getByText("Mine LLC")).toBeHidden();
    await page.getByRole("button", { name: "Back to current version" }).click();
    await first.getByRole("button", { name: "Restore this version" }).click();
    await expect(page.getByRole("table", { name: "Fields changed in version 4" })).toBeVisible();
    await page
      .getByRole("alert")
      .filter({ hasText: "is back" })
      .getByRole("button", { name: "Undo" })
      .click();
    await expect(page.getByRole("table", { name: "Fields changed in version 5" })).toBeVisible();
    expect(await organization.api.get<Loan>(`/api/v1/loans/${loan.id}`)).toMatchObject({
      borrower: "Mine LLC",
    });
  });

  test("can be deleted and brought back, at once or later", async ({ page, organization }) => {
    const loan = await createLoan(organization.api);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${loan.id}`);
    const remove = async () => {
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog).toContainText(`${loan.number} ${loan.name}`);
      await dialog.getByRole("button", { name: "Delete loan" }).click();
    };
    await remove();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("heading", { level: 1, name: loan.name })).toBeVisible();
    await remove();
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
    await page.goto(`/loan/?id=${loan.id}`);
    await expect(page.getByText("Anna Adler deleted it")).toBeVisible();
    await page.getByRole("button", { name: "Restore loan" }).click();
    await expect(page.getByRole("heading", { level: 1, name: loan.name })).toBeVisible();
  });

  test("shows its balance on any date and its ratios, each with why where there is none", async ({
    page,
    organization,
  }) => {
    const loan = await createLoan(organization.api);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${loan.id}&on=2027-03-15`);
    const on = await organization.api.get<{ balance: string; accruedInterest: string }>(
      `/api/v1/loans/${loan.id}/balance?on=2027-03-15`,
    );
    const balance = page.getByRole("region", { name: "Balance as of" });
    await expect(balance).toContainText(dollars(on.balance));
    await expect(balance).toContainText(dollars(on.accruedInterest));
    await expect(page.getByRole("region", { name: "Ratios" })).toContainText(
      "Not available: the value of its properties",
    );
    await page.getByRole("tab", { name: "Reconciliation" }).click();
    await expect(page.getByText("No servicer reports yet")).toBeVisible();
    await page.getByRole("tab", { name: "Schedule" }).click();
    await expect(page).toHaveURL(/tab=schedule/);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    expect((await download).suggestedFilename()).toBe(`${loan.number} schedule.csv`);
  });

  test("offers a viewer nothing that the server would refuse", async ({ page, organization }) => {
    const loan = await createLoan(organization.api);
    await organization.api.put(`/api/v1/loans/${loan.id}`, loan.version, {
      ...draftOf(loan),
      servicer: "Other",
    });
    await signIn(page, await organization.join("viewer"));
    await page.goto(`/loan/?id=${loan.id}&tab=history`);
    await expect(page.getByRole("table", { name: "Fields changed in version 2" })).toBeVisible();
    await expect(page.getByRole("button", { name: "View this version" }).first()).toBeVisible();
    await expect(page.getByRole("button", { name: /^(Edit|Delete|Restore this version)$/ })).toHaveCount(0);
    await page.goto(`/loan/?id=${loan.id}&edit=true`);
    await expect(page.getByRole("heading", { level: 1, name: loan.name })).toBeVisible();
    await expect(page.getByRole("form", { name: "Loan" })).toHaveCount(0);
    await page.goto("/loan/new/");
    await expect(page.getByText("Read-only access")).toBeVisible();
  });
});
