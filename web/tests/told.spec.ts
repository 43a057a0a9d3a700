import { expect, joined, LEAST_LOAN, signIn, test } from "./fixtures";

test("the bell tells at once of who joined, and the inbox has it", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  const bell = page.getByRole("link", { name: /^Inbox/ });
  await expect(bell).toBeVisible();
  await organization.join("viewer");
  await expect(page.getByRole("link", { name: /^Inbox: \d+ unread$/ })).toBeVisible();
  await bell.click();
  await expect(page.getByRole("heading", { level: 1, name: "Inbox" })).toBeVisible();
  const list = page.getByRole("list", { name: "Notifications" });
  await expect(list.getByRole("listitem").first()).toContainText("joined");
  await page.getByRole("button", { name: "Mark all read" }).click();
  await expect(page.getByText("Nothing unread")).toBeVisible();
  await expect(page.getByRole("link", { name: "Inbox", exact: true })).toBeVisible();
  await list.getByRole("button", { name: "Mark unread" }).first().click();
  await expect(page.getByText("1 unread", { exact: true })).toBeVisible();
  await list.getByRole("button", { name: "Snooze" }).first().click();
  await page.getByRole("menuitem", { name: "For a day" }).click();
  await expect(page.getByText("Nothing unread")).toBeVisible();
});

test("what one was told is acknowledged, or made another member's task", async ({
  page,
  organization,
  browser,
  baseURL,
}) => {
  const member = await organization.join("member");
  await joined(organization.api);
  await signIn(page, organization.administrator);
  await page.goto("/inbox/");
  const item = page
    .getByRole("list", { name: "Notifications" })
    .getByRole("listitem")
    .filter({ hasText: "joined" });
  await item.getByRole("button", { name: "Assign" }).click();
  const dialog = page.getByRole("dialog", { name: "Assign" });
  await dialog.getByRole("combobox", { name: "Assigned to" }).fill("ben");
  await page.getByRole("option", { name: /Ben member/ }).click();
  await dialog.getByRole("button", { name: "Assign" }).click();
  await expect(dialog).toBeHidden();
  await expect(item).toContainText("Assigned to Ben member");

  await item.getByRole("button", { name: "Acknowledge" }).click();
  await expect(item.getByText("Acknowledged", { exact: true })).toBeVisible();
  await expect(item.getByRole("button", { name: "Acknowledge" })).toHaveCount(0);
  await page.reload();
  await expect(item.getByText("Acknowledged", { exact: true })).toBeVisible();
  await expect(item).toContainText("Assigned to Ben member");

  const other = await (await browser.newContext({ baseURL })).newPage();
  await signIn(other, member);
  await other.goto("/inbox/");
  await expect(other.getByRole("list", { name: "Notifications" })).toContainText("assigned to you");
  await other.context().close();
});

test("a tab that nobody looks at follows nothing, and catches up when it is looked at", async ({
  page,
  organization,
}) => {
  const follows = (url: string) => url.endsWith("/api/v1/inbox/events");
  const look = (looked: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, !looked);
  await signIn(page, organization.administrator);
  const began = page.waitForResponse((answer) => follows(answer.url()));
  await page.goto("/loans/");
  await began;
  const ended = page.waitForEvent("requestfailed", (request) => follows(request.url()));
  await look(false);
  await ended;
  const bell = page.getByRole("link", { name: /^Inbox/ });
  const before = await bell.innerText();
  await organization.join("viewer");
  await joined(organization.api);
  await expect(bell).toHaveText(before);
  await look(true);
  await expect(bell).not.toHaveText(before);
});

test("a page that is there does not wait for the server, though its bell is followed", async ({
  page,
  organization,
}) => {
  await page.clock.install();
  await signIn(page, organization.administrator);
  await page.goto("/inbox/");
  await organization.join("viewer");
  await expect(page.getByRole("link", { name: /^Inbox: \d+ unread$/ })).toBeVisible();
  await expect(page.getByRole("listitem").first()).toBeVisible();
  await page.clock.runFor(10_000);
  await expect(page.getByText("Still waiting for the server")).toHaveCount(0);
});

test("a loan's dates are listed, taken and settled", async ({ page, organization }) => {
  await organization.api.post("/api/v1/loans", { number: "1001", name: "Harbor Point", ...LEAST_LOAN });
  await signIn(page, organization.administrator);
  await page.goto("/dates/");
  const maturity = page.getByRole("grid", { name: "Dates" }).getByRole("row", { name: /Maturity/ });
  await expect(maturity).toContainText("1001 · Harbor Point");
  await maturity.getByRole("button", { name: "Take" }).click();
  await expect(maturity.getByRole("button", { name: "Not mine" })).toBeVisible();
  await maturity.getByRole("button", { name: "Done" }).click();
  await expect(maturity).toHaveCount(0);
});
