import { Api, DEMONSTRATION, expect, signIn, test } from "./fixtures";

test("a fresh start has something in its inbox, calendar, files and notes", async ({ page, elsewhere }) => {
  const api = await Api.signIn(elsewhere, DEMONSTRATION);
  await signIn(page, DEMONSTRATION);

  await page.goto("/dashboard/");
  await expect(page.getByRole("link", { name: /^Inbox: \d+ unread$/ })).toBeVisible();

  await page.goto("/inbox/");
  const told = page.getByRole("list", { name: "Notifications" });
  await expect(told).toContainText("current → 30 days");
  await expect(told).toContainText("morgan.ellis@example.com joined");
  await told.getByRole("link", { name: "Morgan Ellis mentioned you in a note on a loan" }).click();
  await expect(page.getByRole("tab", { name: "Notes", selected: true })).toBeVisible();
  await expect(page.getByText("The payment of this month has not come.")).toBeVisible();

  await page.goto("/dates/?assignee=me");
  const dates = page.getByRole("grid", { name: "Dates" });
  await expect(dates.getByRole("row", { name: /Maturity/ })).toHaveCount(1);
  // Payments are due on the first of a month: this one's may be over.
  await page.goto("/dates/?view=month");
  await page.getByRole("button", { name: "Next month" }).click();
  await expect(page.getByRole("button", { name: /: [1-9]\d* dates?/ }).first()).toBeVisible();

  await page.goto("/documents/");
  await expect(page.getByRole("link", { name: /^Promissory note/ })).toBeVisible();

  const late = await api.get<{ items: { number: string }[] }>("/api/v1/loans?status=30_days");
  expect(late.items.map(({ number }) => number)).toEqual(["RI-1012"]);
});
