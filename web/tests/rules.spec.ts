import { expect, LEAST_LOAN, signIn, test } from "./fixtures";

const worth = (amount: string) => ({
  name: "Harbor Point",
  propertyType: "multifamily",
  valuations: [{ amount, asOf: "2026-01-31" }],
});

test("a rule is made, says what it found with the figure of the loan's page, is edited, paused and deleted", async ({
  page,
  organization: { administrator, api },
}) => {
  const asset = await api.post<{ id: string; version: number }>("/api/v1/properties", worth("20000000.00"));
  const { id: fundId } = await api.post<{ id: string }>("/api/v1/funds", { name: "Harbor Fund I" });
  const on = { properties: [{ propertyId: asset.id }], fundId };
  const loan = await api.post<{ id: string }>("/api/v1/loans", {
    number: "1001",
    name: "Harbor Point",
    ...LEAST_LOAN,
    ...on,
  });
  await signIn(page, administrator);
  await page.goto("/settings/notifications/");
  await page
    .getByRole("navigation", { name: "Settings" })
    .getByRole("link", { name: "Rules" })
    .press("Enter");
  await expect(page.getByText("No rules of your own yet")).toBeVisible();
  const defaults = page.getByRole("table", { name: "Rules by default" });
  await expect(defaults.getByRole("row", { name: /^Maturity/ })).toContainText(
    "365, 183, 91, and 30 days before",
  );
  await expect(defaults.getByRole("row", { name: /^Balance/ })).toContainText(
    "It moves by more than 10.00% of it",
  );

  await page.getByRole("button", { name: "Add rule" }).click();
  const form = page.getByRole("dialog", { name: "Add rule" });
  await form.getByRole("textbox", { name: "Name" }).fill("High LTV");
  await form.getByRole("button", { name: "Add rule" }).click();
  await expect(form.getByRole("textbox", { name: "Threshold" })).toHaveAttribute("aria-invalid", "true");
  const choose = async (field: string, option: string) => {
    await form.getByRole("combobox", { name: field, exact: true }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  await choose("Figure", "LTV");
  await choose("Is", "Above");
  await form.getByRole("textbox", { name: "Threshold" }).fill("75");
  await form.getByRole("textbox", { name: "Told again only after it was back at" }).fill("70");
  await choose("Fund", "Harbor Fund I");
  await form.getByRole("switch", { name: "Urgent" }).press("Space");
  await expect(form.getByRole("status", { name: "What the rule will do" })).toHaveText(
    "When the LTV of a loan of the fund Harbor Fund I is above 75.00%, all who may change loans are told urgently " +
      "once, and again only after it was back at 70.00%.",
  );
  await form.getByRole("button", { name: "Add rule" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "High LTV" })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Last told/ })).toContainText("Never");

  await api.put(`/api/v1/properties/${asset.id}`, asset.version, worth("9000000.00"));
  await page.goto("/inbox/");
  const told = page.getByRole("listitem").filter({ hasText: "Rule: High LTV" });
  await expect(told).toContainText("Harbor Point (1001): LTV 80.00% is above 75.00%");
  await expect(told).toContainText("Urgent");
  await page.goto(`/loan/?id=${loan.id}`);
  await expect(page.getByText("80.00%", { exact: true }).first()).toBeVisible();

  await page.goto("/inbox/");
  await told.getByRole("link", { name: "High LTV" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "High LTV" })).toBeVisible();
  const facts = page.getByRole("table", { name: "Facts" });
  await expect(facts.getByRole("row", { name: /^Last told/ })).not.toContainText("Never");

  await page.getByRole("button", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit rule" });
  await expect(edit.getByRole("textbox", { name: "Threshold" })).toHaveValue("75");
  await edit.getByRole("textbox", { name: "Name" }).fill("Very high LTV");
  await edit.getByRole("combobox", { name: "If nobody sees to it, tell" }).click();
  await page.getByRole("option").first().click();
  await expect(edit.getByRole("textbox", { name: "After hours" })).toHaveValue("24");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Very high LTV" })).toBeVisible();
  await expect(page.getByText(/what none of them has seen to after 24 hours goes to/)).toBeVisible();

  await page.getByRole("button", { name: "Pause" }).click();
  await expect(facts.getByRole("row", { name: /^State/ })).toContainText("Paused");
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Rules" }).click();
  const row = page
    .getByRole("table", { name: "Rules", exact: true })
    .getByRole("row", { name: /Very high LTV/ });
  await expect(row).toContainText("LTV is above 75.00%");
  await expect(row).toContainText("Paused");
  await row.getByRole("link").click();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(facts.getByRole("row", { name: /^State/ })).toContainText("Watching");

  await page.getByRole("button", { name: "Delete…" }).click();
  await page
    .getByRole("dialog", { name: "Delete this rule?" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByText("No rules of your own yet")).toBeVisible();
  await page.goto("/inbox/");
  await page.getByRole("link", { name: "High LTV", exact: true }).click();
  await expect(page.getByText("This rule doesn’t exist")).toBeVisible();
});

test("the sentence of a rule follows its kind and its unit", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/settings/rules/");
  await page.getByRole("button", { name: "Add rule" }).click();
  const form = page.getByRole("dialog", { name: "Add rule" });
  const sentence = form.getByRole("status", { name: "What the rule will do" });
  const choose = async (field: string, option: string) => {
    await form.getByRole("combobox", { name: field, exact: true }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  await expect(sentence).toHaveText("Say what to watch: then this sentence says what the rule will do.");
  await form.getByRole("textbox", { name: "Threshold" }).fill("1.25");
  await expect(sentence).toContainText("When the DSCR of a loan is below 1.25x");
  await choose("Figure", "Payment status");
  await choose("Is", "Later than");
  await choose("Threshold", "30 days past due");
  await expect(sentence).toContainText("When the payment status of a loan is later than 30 days past due");
  await form.getByText("Change", { exact: true }).click();
  await choose("Figure", "Occupancy");
  await form.getByRole("textbox", { name: "Moves by percentage points" }).fill("5");
  await expect(sentence).toContainText("has moved by 5 percentage points");
  await form.getByText("Date", { exact: true }).first().click();
  await form.getByRole("textbox", { name: "Days before" }).fill("60");
  await expect(sentence).toHaveText(
    "When the maturity of a loan is at most 60 days ahead, all who may change loans are told once, and again only if it moves.",
  );
});

test("a viewer sees rules and cannot change them", async ({ page, organization }) => {
  const rule = { name: "Near", kind: "days_before", dateKind: "maturity", days: 30 };
  const { id } = await organization.api.post<{ id: string }>("/api/v1/rules", rule);
  await signIn(page, await organization.join("viewer"));
  await page.goto("/settings/rules/");
  await expect(page.getByRole("link", { name: "Near" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add rule" })).toHaveCount(0);
  await page.goto(`/settings/rule/?id=${id}`);
  await expect(page.getByText(/^When the maturity of a loan is at most 30 days ahead/)).toBeVisible();
  for (const name of ["Pause", "Edit", "Delete…"]) {
    await expect(page.getByRole("button", { name })).toHaveCount(0);
  }
});
