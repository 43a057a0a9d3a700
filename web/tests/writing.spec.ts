import { expect, type Page } from "@playwright/test";

import { correct, LEAST_LOAN, PASSWORD, signIn, test } from "./fixtures";

const LOAN = { ...LEAST_LOAN, number: "W-1", name: "Written Tower" };

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

/** Write as a person does, and go on to the next field. */
async function write(page: Page, name: string, text: string): Promise<void> {
  await field(page, name).fill(text);
  await field(page, name).press("Tab");
}

test.describe("a date", () => {
  test("is taken as people write it, and what is none stays and is said", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    await write(page, "First payment", "05/04/2026");
    await expect(field(page, "First payment")).toHaveValue("5/4/2026");
    await write(page, "Maturity", "01-15-2030");
    await expect(field(page, "Maturity")).toHaveValue("1/15/2030");
    await write(page, "Maturity", "2030/01/15");
    await expect(field(page, "Maturity")).toHaveValue("1/15/2030");
    await write(page, "Maturity", "6/30/35");
    await expect(field(page, "Maturity")).toHaveValue("6/30/2035");
    await write(page, "First payment", "13/04/2026");
    await expect(field(page, "First payment")).toHaveValue("13/04/2026");
    await expect(field(page, "First payment")).toHaveAccessibleDescription("Enter a date, e.g. 11/30/2030");
    await field(page, "First payment").click();
    await page.getByRole("button", { name: "Clear the date" }).first().click();
    await expect(field(page, "First payment")).toHaveValue("");
  });

  test("that is changed is saved, and one that must be there is not brought back unasked", async ({
    page,
    organization,
  }) => {
    const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}&edit=true`);
    await write(page, "Maturity", "");
    await expect(field(page, "Maturity")).toHaveValue("");
    await expect(field(page, "Maturity")).toHaveAccessibleDescription("Required");
    await write(page, "Maturity", "31/12/2030");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "Fix 1 field to save" })).toBeVisible();
    await expect(field(page, "Maturity")).toBeFocused();
    await write(page, "Maturity", "05/04/2030");
    await page.getByRole("button", { name: "Save" }).click();
    await correct(page);
    await expect(page.getByText("was saved")).toBeVisible();
    const saved = await organization.api.get<{ maturityDate: string }>(`/api/v1/loans/${id}`);
    expect(saved.maturityDate).toBe("2030-05-04");
  });

  test("is chosen from the calendar with the field still in hand", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    await field(page, "Maturity").fill("2030-01-15");
    await page.getByRole("button", { name: "20 January 2030", exact: true }).click();
    await expect(field(page, "Maturity")).toHaveValue("1/20/2030");
    await expect(field(page, "Maturity")).toBeFocused();
  });

  test("that something is looked for by waits in its field until it is one", async ({
    page,
    organization,
  }) => {
    await signIn(page, organization.administrator);
    await page.goto("/audit/");
    await write(page, "From", "13/40/2026");
    await expect(field(page, "From")).toHaveAccessibleDescription("Enter a date, e.g. 11/30/2030");
    await expect(page).toHaveURL("/audit/");
    await write(page, "From", "1/2/2026");
    await expect(page).toHaveURL("/audit/?from=2026-01-02");
  });
});

test.describe("a rate", () => {
  test("is never taken for a hundred times more or less", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/loan/new/");
    await write(page, "Original balance", "5m");
    await write(page, "Origination", "1/15/2026");
    await write(page, "First payment", "3/1/2026");
    await write(page, "Maturity", "1/15/2031");
    for (const [text, reason] of [
      ["5,125", "Enter a percentage, e.g. 5.25, 5 1/4 or 525 bp"],
      ["525", "More than 100 %. Enter a percentage, e.g. 5.25"],
      ["5 1/3", /endless fractions such as 1\/3 as decimals/],
    ] as const) {
      await write(page, "Rate", text);
      await expect(field(page, "Rate")).toHaveValue(text);
      await expect(field(page, "Rate")).toHaveAccessibleDescription(reason);
    }
    const schedule = page.getByRole("region", { name: "Schedule" });
    await expect(schedule).toContainText("Enter a percentage, e.g. 5.25, 5 1/4 or 525 bp");
    await write(page, "Rate", "0.0525");
    await expect(field(page, "Rate")).toHaveAccessibleDescription("0.0525 %: did you mean 5.25 %?");
    await write(page, "Rate", "5.25");
    await expect(field(page, "Rate")).toHaveAccessibleDescription("");
    await expect(schedule.getByText("Due at maturity")).toBeVisible();
  });
});

test.describe("in a German browser", () => {
  test.use({ locale: "de-DE" });

  test("numbers and dates are read as they are shown", async ({ page, organization }) => {
    const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
    await signIn(page, organization.administrator);
    await page.goto(`/loan/?id=${id}&edit=true`);
    await expect(field(page, "Current balance")).toHaveValue("7.200.000,00");
    await expect(field(page, "Rate")).toHaveValue("5,75");
    await write(page, "Current balance", "1.250.000,50");
    await write(page, "Rate", "5,125");
    await write(page, "Maturity", "3/4/2035");
    await expect(field(page, "Current balance")).toHaveValue("1.250.000,50");
    await expect(field(page, "Maturity")).toHaveValue("3.4.2035");
    await page.getByRole("button", { name: "Save" }).click();
    await correct(page);
    await expect(page.getByText("was saved")).toBeVisible();
    expect(await organization.api.get(`/api/v1/loans/${id}`)).toMatchObject({
      currentBalance: "1250000.50",
      rate: "0.05125",
      maturityDate: "2035-04-03",
    });
  });
});

test("a name that is too long is not cut: it stays, and the server's reason is said", async ({
  page,
  organization,
}) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}&edit=true`);
  const long = "Harbor ".repeat(43).trim();
  await write(page, "Name", long);
  await expect(field(page, "Name")).toHaveValue(long);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(field(page, "Name")).toBeFocused();
  await expect(field(page, "Name")).toHaveAccessibleDescription(/at most 200 characters/);
  await expect(field(page, "Name")).toHaveValue(long);
});

test("an organization's name that is too long is not cut either", async ({ page }) => {
  await page.goto("/sign-up/");
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("H".repeat(300));
  await page.getByLabel("First name").fill("Anna");
  await page.getByLabel("Last name").fill("Adler");
  await page.getByLabel("Email").fill("anna-too-long@example.com");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(name).toHaveAccessibleDescription("Has more than 200 characters");
  await expect(name).toHaveValue("H".repeat(300));
});
