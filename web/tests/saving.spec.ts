import { expect, type Page } from "@playwright/test";

import { LEAST_LOAN, type Organization, signIn, test } from "./fixtures";

const LOAN = { ...LEAST_LOAN, number: "S-1", name: "Slow Tower" };

interface Loan {
  id: string;
  version: number;
  borrower: string | null;
}

/** Open a loan's form and change its borrower. */
async function edit(page: Page, organization: Organization): Promise<string> {
  const { id } = await organization.api.post<Loan>("/api/v1/loans", LOAN);
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await page.goto(`/loan/?id=${id}&edit=true`);
  await page.getByRole("textbox", { name: "Borrower" }).fill("Slow LLC");
  return id;
}

/** Hold what is sent to an address until it is let go; what was given up meanwhile is not sent on. */
async function hold(page: Page, address: RegExp, method: string): Promise<{ letGo: () => void }> {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(address, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    await held;
    await route.continue().catch(() => undefined);
  });
  return { letGo: () => letGo() };
}

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });

for (const [where, viewport] of [
  ["on a desk", { width: 1440, height: 900 }],
  ["on a phone", { width: 375, height: 812 }],
] as const) {
  test.describe(where, () => {
    test.use({ viewport });

    test("why nothing was saved stands where the button is", async ({ page, organization }) => {
      const id = await edit(page, organization);
      await page.route(
        `**/api/v1/loans/${id}`,
        (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }),
        { times: 1 },
      );
      await save(page).click();
      const notice = page.getByRole("alert").filter({ hasText: "Not available just now" });
      await expect(notice).toBeInViewport({ ratio: 1 });
      await expect(notice).not.toContainText("quote");
      await expect(save(page)).toBeInViewport({ ratio: 1 });

      await organization.api.post("/api/v1/auth/sign-out-everywhere");
      await save(page).click();
      await page.getByRole("textbox", { name: "Password" }).fill(organization.administrator.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("dialog")).toBeHidden();
      const again = page
        .getByRole("alert")
        .filter({ hasText: "Your session ended. Sign in again, then save." });
      await expect(again).toBeInViewport({ ratio: 1 });
      await save(page).click();
      await expect(page.getByText("was saved")).toBeVisible();
    });
  });
}

test("a slow save is stopped, and the form goes on", async ({ page, organization }) => {
  const id = await edit(page, organization);
  const { letGo } = await hold(page, /\/api\/v1\/loans\/[^/]+$/, "PUT");
  await save(page).click();
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0);
  const given = page.waitForEvent("requestfailed", (request) => request.method() === "PUT");
  await page.getByRole("button", { name: "Stop" }).click();
  await given;
  await expect(page.getByRole("alert").filter({ hasText: "You stopped waiting" })).toBeInViewport({
    ratio: 1,
  });
  await expect(page.getByRole("textbox", { name: "Borrower" })).toHaveValue("Slow LLC");
  letGo();
  await page.unrouteAll();
  expect(await organization.api.get<Loan>(`/api/v1/loans/${id}`)).toMatchObject({ version: 1 });
  await save(page).click();
  await expect(page.getByText("was saved")).toBeVisible();
  expect(await organization.api.get<Loan>(`/api/v1/loans/${id}`)).toMatchObject({ borrower: "Slow LLC" });
});

test("a save that was stopped too late is shown beside what is saved again", async ({
  page,
  organization,
}) => {
  await edit(page, organization);
  const stop = page.getByRole("button", { name: "Stop" });
  // It is done, and its answer does not come.
  await page.route(/\/api\/v1\/loans\/[^/]+$/, async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    await route.fetch();
    await stop.click();
  });
  await save(page).click();
  await expect(page.getByText("by your stopped save or by someone else")).toBeVisible();
  await page.unrouteAll();
  await save(page).click();
  await expect(page.getByText("Both versions are the same.")).toBeVisible();
  await page.getByRole("button", { name: "Save merged version" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Slow Tower" })).toBeVisible();
});

test("whoever leaves while it is being saved is told so", async ({ page, organization }) => {
  await edit(page, organization);
  await hold(page, /\/api\/v1\/loans\/[^/]+$/, "PUT");
  await save(page).click();
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  await page.getByRole("link", { name: "Lenders" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL("/lenders/");
  await expect(page.getByText("You left while it was being saved")).toBeVisible();
});

test("a page that is long in coming says so, and can be stopped and asked for again", async ({
  page,
  organization,
}) => {
  await organization.api.post("/api/v1/loans", LOAN);
  await signIn(page, organization.administrator);
  const { letGo } = await hold(page, /\/api\/v1\/dashboard\/loans\?/, "GET");
  await page.goto("/loans/");
  const waiting = page.getByRole("status").filter({ hasText: "Still waiting for the server" });
  await waiting.getByRole("button", { name: "Stop" }).click();
  const stopped = page.getByRole("status").filter({ hasText: "You stopped waiting" });
  await expect(stopped).toBeVisible();
  letGo();
  await stopped.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("grid", { name: "Loans" }).getByText("Slow Tower")).toBeVisible();
  await expect(stopped).toHaveCount(0);
});
