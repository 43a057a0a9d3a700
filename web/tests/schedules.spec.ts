import { expect, LEAST_LOAN, signIn, test } from "./fixtures";

interface Schedule {
  id: string;
  version: number;
  every: string;
  weekday: number;
  hour: number;
  onlyIfChanged: boolean;
  recipients: string[];
  paused: boolean;
  parameters: { loanId: string | null };
}

test("a report is scheduled, changed, paused, resumed and no longer made", async ({ page, organization }) => {
  const { api } = organization;
  await api.post("/api/v1/loans", { number: "1001", name: "Harbor Point", ...LEAST_LOAN });
  await organization.join("viewer");
  await signIn(page, organization.administrator);
  await page.goto("/reports/");
  await page.getByRole("button", { name: "Schedule a report" }).press("Enter");
  const form = page.getByRole("dialog", { name: "Schedule a report" });
  await form.getByRole("textbox", { name: "Title" }).fill("For the bank");
  await form.getByRole("combobox", { name: "How often" }).click();
  await page.getByRole("option", { name: "Every week" }).click();
  await form.getByRole("combobox", { name: "On", exact: true }).click();
  await page.getByRole("option", { name: "Friday" }).click();
  await form.getByRole("combobox", { name: "At", exact: true }).click();
  await page.getByRole("option", { name: "6:00 PM" }).click();
  await form.getByRole("checkbox", { name: /^Only if a cell differs/ }).check();
  await form.getByRole("button", { name: "Create schedule" }).click();
  await expect(form.getByText("Name at least one member who gets the report")).toBeVisible();
  await form.getByRole("combobox", { name: "Recipients" }).fill("ben");
  await expect(page.getByRole("option")).toHaveText([/Ben viewer/]);
  await page.getByRole("option").click();
  await form.getByRole("button", { name: "Create schedule" }).click();

  const table = page.getByRole("table", { name: "Scheduled reports" });
  const row = table.getByRole("row", { name: /For the bank/ });
  await expect(row).toContainText(/Every Friday at 6:00\sPM, only if changed/);
  await expect(row).toContainText("Ben viewer");
  await expect(row).toContainText(/6:00\sPM/);
  const stored = async () =>
    (await api.get<{ items: Schedule[] }>("/api/v1/reports/schedules")).items[0] as Schedule;
  expect(await stored()).toMatchObject({ every: "week", weekday: 5, hour: 18, onlyIfChanged: true });

  await row.getByRole("button", { name: "Pause For the bank" }).click();
  await expect(row).toContainText("Paused");
  expect((await stored()).paused).toBe(true);
  await row.getByRole("button", { name: "Resume For the bank" }).click();
  await expect(row).not.toContainText("Paused");

  await row.getByRole("button", { name: "Edit For the bank" }).click();
  const edit = page.getByRole("dialog", { name: "Edit schedule" });
  await edit.getByRole("combobox", { name: "Report" }).click();
  await page.getByRole("option", { name: "Loan abstract" }).click();
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit.getByRole("combobox", { name: "Loan" })).toHaveAttribute("aria-invalid", "true");
  await edit.getByRole("combobox", { name: "Loan" }).fill("1001");
  await page.getByRole("option", { name: "1001 · Harbor Point" }).click();
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toHaveCount(0);
  expect((await stored()).parameters.loanId).not.toBeNull();

  await row.getByRole("button", { name: "Make For the bank now" }).click();
  await expect(
    page.getByText("For the bank is being made and goes to its recipients if it has changed."),
  ).toBeVisible();
  await expect(row).toContainText("Done");
  const made = await api.get<{ items: { scheduleId: string; requestedBy: string }[] }>(
    "/api/v1/reports/runs",
  );
  expect(made.items.map(({ scheduleId }) => scheduleId)).toEqual([(await stored()).id]);

  await row.getByRole("button", { name: "Delete For the bank" }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toContainText(/Every Friday at 6:00\sPM/);
  await row.getByRole("button", { name: "Delete For the bank" }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByText(/^None yet\./)).toBeVisible();
});

test("a viewer sees schedules and has no buttons for them, on a phone too", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const { member } = await api.get<{ member: { id: string } }>("/api/v1/auth/me");
  await api.post("/api/v1/reports/schedules", { kind: "ageing", every: "day", recipients: [member.id] });
  const viewer = await organization.join("viewer");
  await page.setViewportSize({ width: 375, height: 812 });
  await signIn(page, viewer);
  await page.goto("/reports/");
  const row = page.getByRole("table", { name: "Scheduled reports" }).getByRole("row", { name: /Ageing/ });
  await expect(row).toContainText("Anna Adler");
  await expect(
    page.getByRole("button", { name: /Schedule a report|Make .* now|Pause|Edit|Delete/ }),
  ).toHaveCount(0);
  const beyond = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(beyond).toBeLessThanOrEqual(0);
});
