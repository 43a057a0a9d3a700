import { randomUUID } from "node:crypto";

import { dashboard, type Figure, figure, figures, fixed, LOAN, money, opened } from "./dashboard";
import { demonstrate, expect, LEAST_LOAN, signIn, test } from "./fixtures";

test.describe("filters", () => {
  test("live in the address bar, survive a reload, and can be removed", async ({ page, organization }) => {
    await opened(page, organization);
    const filters = page.getByRole("group", { name: "Filters" });
    await filters.getByRole("button", { name: "Type", exact: true }).click();
    await page.getByRole("checkbox", { name: "Office" }).click();
    await page.getByRole("checkbox", { name: "Retail" }).click();
    await page.keyboard.press("Escape");
    await filters.getByRole("button", { name: "Rate type", exact: true }).click();
    await page.getByRole("checkbox", { name: "Fixed" }).click();
    await page.keyboard.press("Escape");
    const search = "?propertyType=office&propertyType=retail&rateType=fixed";
    await expect(page).toHaveURL(`/dashboard/${search}`);
    const { value } = (await dashboard(organization.api, search)).figures["outstanding"] as Figure;
    await expect(figure(page, "Outstanding")).toContainText(money(value));

    await page.reload();
    await expect(figure(page, "Outstanding")).toContainText(money(value));
    await filters.getByRole("button", { name: "Remove the filter type: Office, Retail" }).click();
    await expect(page).toHaveURL("/dashboard/?rateType=fixed");
    await filters.getByRole("button", { name: "Clear all" }).click();
    await expect(page).toHaveURL("/dashboard/");
    const all = (await dashboard(organization.api)).figures["outstanding"] as Figure;
    await expect(figure(page, "Outstanding")).toContainText(money(all.value));
  });

  test("take income on another basis, which every figure and its explanation follow", async ({
    page,
    organization,
  }) => {
    const latest = (await opened(page, organization)).figures["dscr"] as Figure;
    const dscr = figure(page, "DSCR (NOI)");
    await expect(dscr).toContainText(fixed(2)(latest.value));
    await dscr.click();
    const details = page.getByRole("dialog", { name: "DSCR (NOI)" });
    await expect(details).toContainText("income by the latest statements");
    await expect(details).toContainText(/Covers \d+\.\d% of the balance, \$\d/);
    await expect(details).toContainText(/Annual, \d+ loans/);
    await expect(details).toContainText(/Underwritten, \d+ loans/);
    await expect(details).toContainText(/as of \w{3} \d+, \d{4} to \w{3} \d+, \d{4}/);
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Income", exact: true }).click();
    await page.getByRole("radio", { name: "Underwritten" }).click();
    await expect(page).toHaveURL("/dashboard/?statementBasis=underwritten");
    const then = await dashboard(organization.api, "?statementBasis=underwritten");
    const underwritten = then.figures["dscr"] as Figure;
    expect(underwritten.value).not.toBe(latest.value);
    await expect(dscr).toContainText(fixed(2)(underwritten.value));
    await dscr.click();
    await expect(details).toContainText("income by underwritten statements");
    await expect(details).toContainText("older than 15 months");
    await page.keyboard.press("Escape");

    await page.reload();
    await expect(dscr).toContainText(fixed(2)(underwritten.value));
    await page.getByRole("button", { name: "Remove the filter income: Underwritten" }).click();
    await expect(page).toHaveURL("/dashboard/");
    await expect(dscr).toContainText(fixed(2)(latest.value));
  });

  test("take DSCRs from servicers, and a bar leads to who is missing and why", async ({
    page,
    organization,
  }) => {
    const computed = (await opened(page, organization)).figures["dscr"] as Figure;
    const dscr = figure(page, "DSCR (NOI)");
    await expect(dscr).toContainText(fixed(2)(computed.value));
    await page.getByRole("button", { name: /of balance in DSCR \(NOI\): show what is not included/ }).click();
    const missing = page.getByRole("dialog", { name: "Not included in DSCR (NOI)" });
    await expect(missing.getByRole("list", { name: "Why they are not included" })).toContainText(
      /: \d+ loans?, \$/,
    );
    await expect(missing.getByRole("table")).toBeVisible();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "DSCR", exact: true }).click();
    await page.getByRole("radio", { name: "Reported" }).click();
    await expect(page).toHaveURL("/dashboard/?source=reported");
    const reported = (await dashboard(organization.api, "?source=reported")).figures["dscr"] as Figure;
    expect(reported.value).not.toBe(computed.value);
    await expect(dscr).toContainText(reported.value === null ? "–" : fixed(2)(reported.value));
    await page.getByRole("button", { name: "Remove the filter dscr: Reported" }).click();
    await expect(page).toHaveURL("/dashboard/");
    await expect(dscr).toContainText(fixed(2)(computed.value));
  });

  test("by maturity take dates as people write them; no match says so", async ({ page, organization }) => {
    await opened(page, organization);
    await page.getByRole("button", { name: "Maturity", exact: true }).click();
    await page.getByRole("textbox", { name: "Matures from" }).fill("1/1/2199");
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL("/dashboard/?maturityFrom=2199-01-01");
    await expect(page.getByRole("heading", { name: "No loans match these filters" })).toBeVisible();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect(figures(page)).toBeVisible();
  });

  test("are kept as views: saved, changed, overwritten, shared, deleted and brought back", async ({
    page,
    organization,
  }) => {
    await opened(page, organization, "?state=TX");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save as a new view…" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Texas");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByRole("button", { name: "Texas" })).toBeVisible();

    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "Texas (changed)" }).click();
    await page.getByRole("menuitem", { name: "Texas" }).click();
    await expect(page).toHaveURL(/\?state=TX&view=/);

    await page.getByRole("button", { name: "Remove the filter state: TX" }).click();
    await page.getByRole("button", { name: "Texas (changed)" }).click();
    await page.getByRole("menuitem", { name: "Overwrite with these filters" }).click();
    await expect(page.getByRole("button", { name: "Texas", exact: true })).toBeVisible();

    await page.getByRole("button", { name: "Texas", exact: true }).click();
    await page.getByRole("menuitem", { name: "Share with the organization" }).click();
    await page.getByRole("button", { name: "Texas", exact: true }).click();
    await expect(page.getByRole("menuitem", { name: "Stop sharing it" })).toBeVisible();

    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expect(page.getByRole("button", { name: "Views" })).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("button", { name: "Texas", exact: true })).toBeVisible();
  });
});

test("what another client writes is on the screen without a reload", async ({ page, organization }) => {
  await opened(page, organization);
  await expect(page.getByRole("status").filter({ hasText: "Updates automatically" })).toBeVisible();
  await organization.api.post("/api/v1/loans", {
    ...LOAN,
    number: `N-${randomUUID().slice(0, 8)}`,
  });
  const { figures: after } = await dashboard(organization.api);
  await expect(figure(page, "Outstanding")).toContainText(money(after["outstanding"]?.value ?? null));
  await expect(figure(page, "Loans")).toContainText("61");
});

test("a server that cannot be followed or asked is told of, and nothing that is known goes away", async ({
  page,
  organization,
}) => {
  await page.route("**/api/v1/dashboard/events*", (route) => route.abort());
  const server = await opened(page, organization);
  const liveness = page.getByRole("status");
  await expect(liveness.filter({ hasText: "Not updating: shown as of" })).toBeVisible();
  await expect(figure(page, "Outstanding")).toContainText(
    money(server.figures["outstanding"]?.value ?? null),
  );
  await page.unroute("**/api/v1/dashboard/events*");
  await expect(liveness.filter({ hasText: "Updates automatically" })).toBeVisible();

  await page.route("**/api/v1/dashboard?*", (route) => route.abort());
  await page.getByRole("button", { name: "Structure", exact: true }).click();
  await page.getByRole("checkbox", { name: "Pari passu" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText("The server cannot be reached")).toBeVisible();
  await page.unroute("**/api/v1/dashboard?*");
  // What waits for long offers it too, beside the page's own.
  await page.locator("#content").getByRole("button", { name: "Try again" }).click();
  await expect(figure(page, "Loans")).toContainText("3");
});

test.describe("an organization without a loan", () => {
  test("loads the demonstration and removes it again", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/dashboard/");
    await expect(page.getByRole("link", { name: "Choose a file" })).toHaveAttribute("href", "/import/new/");
    await expect(page.getByRole("link", { name: "Add a loan" })).toHaveAttribute("href", "/loan/new/");
    await page.getByRole("button", { name: "Explore with sample data" }).click();
    // While services are at work the page says how far each of them is.
    await expect(page.getByRole("listitem").filter({ hasText: /^Loans: / })).toBeVisible();
    await expect(page.getByText("Includes sample data (60 fictional loans)")).toBeVisible();
    await expect(figure(page, "Loans")).toContainText("60");

    await page.getByRole("button", { name: "Remove sample data" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("Sample data removed.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Explore with sample data" })).toBeEnabled();
  });

  test("offers a viewer nothing that would be refused", async ({ page, organization }) => {
    await signIn(page, await organization.join("viewer"));
    await page.goto("/dashboard/");
    await expect(page.getByRole("heading", { name: "There are no loans yet" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Explore with sample data" })).toBeHidden();
    await demonstrate(organization.api);
    await expect(figures(page)).toBeVisible();
    await expect(page.getByText("Includes sample data")).toBeVisible();
    await expect(page.getByRole("button", { name: "Remove sample data" })).toBeHidden();
  });
});

test("a filter by state counts what is allocated there, or whole loans, and says which", async ({
  page,
  organization,
}) => {
  const { api, administrator } = organization;
  const [there, elsewhere] = await Promise.all(
    ["TX", "NY"].map((state) =>
      api.post<{ id: string }>("/api/v1/properties", {
        name: `Plaza ${state}`,
        propertyType: "retail",
        state,
      }),
    ),
  );
  await api.post("/api/v1/loans", {
    ...LEAST_LOAN,
    number: "A-1",
    name: "Two Plazas",
    properties: [
      { propertyId: there?.id, allocatedAmount: "2200000.00" },
      { propertyId: elsewhere?.id, allocatedAmount: "5000000.00" },
    ],
  });
  await signIn(page, administrator);
  await page.goto("/dashboard/?state=TX");
  const outstanding = figure(page, "Outstanding");
  await expect(outstanding).toContainText("$2.20M");
  await expect(outstanding).toContainText(
    "$2,200,000.00 allocated to these properties, of $7,200,000.00 whole loans",
  );
  await expect(page.getByRole("radio", { name: "Allocated" })).toBeChecked();
  await page.getByText("Whole loans", { exact: true }).click();
  await expect(page).toHaveURL("/dashboard/?state=TX&measure=whole");
  await expect(outstanding).toContainText("$7.20M");
  await expect(outstanding).toContainText("$7,200,000.00 whole loans, $2,200,000.00 of it allocated");
  await page.reload();
  await expect(page.getByRole("radio", { name: "Whole loans" })).toBeChecked();
  await page.goto("/dashboard/");
  await expect(page.getByRole("radio", { name: "Allocated" })).toBeHidden();
  await expect(figure(page, "Outstanding")).toContainText("7,200,000.00");
  await expect(figure(page, "Outstanding")).not.toContainText("allocated");
  await page.goto(`/property/?id=${there?.id}`);
  await expect(page.getByText("Debt on this property")).toBeVisible();
  await expect(page.getByText("$2,200,000.00").first()).toBeVisible();
  await expect(page.getByText("allocated, of $7,200,000.00 whole loan")).toBeVisible();
  await expect(page.getByText("the value of its properties is not known")).toBeVisible();
});
