import { readFile } from "node:fs/promises";

import type { Browser, BrowserContext, Page } from "@playwright/test";

import { Api, expect, type Organization, type Person, signIn, test } from "./fixtures";

/** A browser of somebody else, signed in. */
async function another(browser: Browser, headers: Record<string, string>, person: Person): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ extraHTTPHeaders: headers });
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}

const member = async (organization: Organization, email: string) => {
  const { items } = await organization.api.get<{ items: { id: string; email: string; version: number }[] }>(
    "/api/v1/members?limit=200",
  );
  const found = items.find((one) => one.email === email);
  if (found === undefined) throw new Error(`no member ${email}`);
  return found;
};

test("a change of role takes effect at once in a page that is open", async ({
  page,
  browser,
  organization,
  extraHTTPHeaders,
}) => {
  const ben = await organization.join("viewer");
  const bens = await another(browser, extraHTTPHeaders ?? {}, ben);
  await bens.goto("/members/");
  const menu = bens.getByRole("navigation", { name: "Main" });
  await expect(bens.getByRole("rowheader", { name: "Ben viewer" })).toBeVisible();
  await expect(menu.getByRole("link", { name: "Audit trail" })).toHaveCount(0);
  await expect(bens.getByRole("button", { name: "Invite" })).toHaveCount(0);

  await signIn(page, organization.administrator);
  await page.goto("/members/");
  await page.getByRole("button", { name: "Actions for Ben viewer" }).click();
  await page.getByRole("menuitem", { name: "Change role" }).click();
  await page.getByRole("radio", { name: "Administrator" }).check();
  await page.getByRole("button", { name: "Change role" }).click();
  await expect(page.getByText("Ben viewer is now administrator.")).toBeVisible();

  await bens.getByLabel("Search members").fill("Anna");
  await expect(menu.getByRole("link", { name: "Audit trail" })).toBeVisible();
  await expect(bens.getByRole("button", { name: "Invite" })).toBeVisible();

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Undone")).toBeVisible();
  await bens.getByLabel("Search members").fill("Ben");
  await expect(menu.getByRole("link", { name: "Audit trail" })).toHaveCount(0);
  await expect(bens.getByRole("button", { name: "Invite" })).toHaveCount(0);
});

test("the last administrator can be neither demoted nor deactivated, in the server's words", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/members/");
  await page.getByRole("button", { name: "Actions for Anna Adler" }).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).click();
  await expect(page.getByText("This is the organization's last active administrator.")).toBeVisible();
  await page.getByRole("button", { name: "Actions for Anna Adler" }).click();
  await page.getByRole("menuitem", { name: "Change role" }).click();
  await page.getByRole("radio", { name: "Viewer" }).check();
  await page.getByRole("button", { name: "Change role" }).click();
  await expect(
    page.getByRole("dialog").getByText("This is the organization's last active administrator."),
  ).toBeVisible();
});

test("who is deactivated is told why, and can be let in again", async ({
  page,
  browser,
  organization,
  extraHTTPHeaders,
}) => {
  const ben = await organization.join("member");
  const bens = await another(browser, extraHTTPHeaders ?? {}, ben);
  await bens.goto("/account/");
  await bens.getByLabel("Job title").fill("Analyst");
  await signIn(page, organization.administrator);
  await page.goto("/members/");
  await page.getByRole("button", { name: "Actions for Ben member" }).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).click();
  await expect(page.getByRole("row", { name: /Ben member/ }).getByText("Deactivated")).toBeVisible();

  // Sent to the button itself: the page may already have heard that its session ended, and the dialog be open.
  await bens.getByRole("button", { name: "Save" }).dispatchEvent("click");
  const again = bens.getByRole("dialog", { name: "Your session has ended" });
  await again.getByRole("textbox", { name: "Password" }).fill(ben.password);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again.getByText("This account is deactivated.")).toBeVisible();

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Undone")).toBeVisible();
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again).toBeHidden();
  await expect(bens.getByLabel("Job title")).toHaveValue("Analyst");
});

test("a member is removed, which is shown and can be undone", async ({ page, organization }) => {
  await organization.join("member");
  await signIn(page, organization.administrator);
  await page.goto("/members/");
  const row = page.getByRole("row", { name: /Ben member/ });
  const actions = page.getByRole("button", { name: "Actions for Ben member" });
  await actions.click();
  await page.getByRole("menuitem", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(row.getByText("Being removed")).toBeVisible();

  await actions.click();
  await page.getByRole("menuitem", { name: "Show the removal" }).click();
  const shown = page.getByRole("dialog", { name: "Removal of Ben member" });
  await expect(shown.getByText("can be undone until then")).toBeVisible();
  await shown.getByRole("button", { name: "Close" }).click();

  await actions.click();
  await page.getByRole("menuitem", { name: "Undo the removal" }).click();
  await expect(page.getByText("Ben member is not removed.")).toBeVisible();
  await expect(row.getByText("Member", { exact: true })).toBeVisible();
});

test("a link is made, shown once, and withdrawn", async ({
  page,
  browser,
  organization,
  extraHTTPHeaders,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/members/");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill("nobody");
  await dialog.getByLabel("Email").fill("dora@example.com");
  await dialog.getByRole("radio", { name: "Manager" }).check();
  await dialog.getByRole("button", { name: "Create invitation" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  expect(link).toContain("/invitation/#");
  await expect(page.getByText("It won’t be shown again.")).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("tab", { name: "Invitations" }).click();
  await expect(page).toHaveURL("/members/?tab=invitations");
  await expect(page.getByRole("row", { name: /dora@example.com/ }).getByText("Open")).toBeVisible();
  await page.getByRole("button", { name: "Withdraw the invitation for dora@example.com" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByRole("row", { name: /dora@example.com/ }).getByText("Withdrawn")).toBeVisible();

  const stranger = await browser.newContext({ extraHTTPHeaders });
  const door = await stranger.newPage();
  await door.goto(link);
  await expect(door.getByText("Ask whoever sent it for another.")).toBeVisible();
  await stranger.close();
});

test("a session that is ended elsewhere in the middle of a form loses nothing", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/account/");
  await page.getByLabel("Job title").fill("Chief of the cents");
  await organization.api.send("POST", "/api/v1/auth/sign-out-everywhere");
  // Sent to the button itself: the page may have heard of it already, and the dialog be open.
  await page.getByRole("button", { name: "Save" }).dispatchEvent("click");

  const again = page.getByRole("dialog", { name: "Your session has ended" });
  await again.getByRole("textbox", { name: "Password" }).fill("not this one, surely");
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again.getByText("The e-mail address or the password is wrong.")).toBeVisible();
  await again.getByRole("textbox", { name: "Password" }).fill(organization.administrator.password);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again).toBeHidden();
  await expect(page.getByLabel("Job title")).toHaveValue("Chief of the cents");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your account is saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Job title")).toHaveValue("Chief of the cents");
});

test("what somebody else saved meanwhile is not overwritten unasked", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/organization/");
  await page.getByLabel("Phone").fill("+1 212 555 0100");
  const stored = await organization.api.get<{
    version: number;
    name: string;
    kind: string;
    settings: object;
  }>("/api/v1/organization");
  const { name, kind, settings } = stored;
  await organization.api.put("/api/v1/organization", stored.version, {
    name,
    kind,
    settings,
    taxId: "12-345",
  });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(
    page.getByRole("alert").getByText("What you entered is still here, and not saved."),
  ).toBeVisible();
  await expect(page.getByLabel("Phone")).toHaveValue("+1 212 555 0100");
  await page.getByRole("button", { name: "Show what is stored now" }).click();
  await expect(page.getByLabel("Tax id")).toHaveValue("12-345");
  await page.getByLabel("Phone").fill("nobody");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("is not a telephone number")).toBeVisible();
  await page.getByLabel("Phone").fill("+1 212 555 0100");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The organization is saved.")).toBeVisible();
});

test("the audit trail names who changed what, and proves itself", async ({ page, organization }) => {
  const ben = await organization.join("manager");
  const api = await Api.signIn(page.request, ben);
  const lender = await api.post<{ id: string }>("/api/v1/lenders", {
    name: "Seaside Bank",
    lenderType: "bank",
  });
  const { id } = await member(organization, ben.email);
  await page.goto(`/audit/?actor=${id}&kind=lender`);
  const entry = page.getByRole("row", { name: /Added lender Seaside Bank/ });
  await expect(entry.getByRole("cell", { name: "Ben manager", exact: true })).toBeVisible();
  await entry.getByRole("button", { name: /^Entry \d+$/ }).click();
  await expect(page).toHaveURL(/entry=\d+/);
  await expect(page.getByText("Seaside Bank").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Open", exact: true })).toHaveAttribute(
    "href",
    `/lender/?id=${lender.id}`,
  );
  await page.getByRole("button", { name: "Verify integrity" }).click();
  await expect(page.getByText(/each sealed by the one before, and every document/)).toBeVisible();

  await page.getByRole("tab", { name: "People and access" }).click();
  await expect(page).toHaveURL(new RegExp(`journal=people`));
  await expect(page.getByText("Joined as manager")).toBeVisible();
  await page.getByRole("button", { name: "Verify integrity" }).click();
  await expect(page.getByText(/each sealed by the one before, and every document/)).toBeVisible();

  const [table] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export table (CSV)" }).click(),
  ]);
  expect(table.suggestedFilename()).toBe("auth-journal.csv");
  expect(await readFile(await table.path(), "utf8")).toMatch(/^Sequence,At,Actor,[^]*,Ben manager,/);
  const [lines] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export to verify (JSONL)" }).click(),
  ]);
  const exported = (await readFile(await lines.path(), "utf8")).trimEnd().split("\n");
  expect(exported.map((line) => (JSON.parse(line) as { sequence: number }).sequence)).toEqual(
    exported.map((_, place) => place + 1),
  );
});

test("signing out everywhere ends the other browser", async ({
  page,
  browser,
  organization,
  extraHTTPHeaders,
}) => {
  const other = await another(browser, extraHTTPHeaders ?? {}, organization.administrator);
  await other.goto("/members/");
  await expect(other.getByRole("rowheader", { name: /Anna Adler/ })).toBeVisible();
  await signIn(page, organization.administrator);
  await page.goto("/account/");
  await expect(page.getByText("This device")).toBeVisible();
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL("/sign-in/");
  await other.getByLabel("Search members").fill("Anna");
  await expect(other.getByRole("dialog", { name: "Your session has ended" })).toBeVisible();
});

test("a tab notices that another one signed out, or signed in as somebody else", async ({
  page,
  context,
  organization,
}) => {
  const ben = await organization.join("viewer");
  await signIn(page, organization.administrator);
  await page.goto("/account/");
  await page.getByLabel("Department").fill("Treasury");
  const second = await context.newPage();
  await second.goto("/dashboard/");
  await second.getByRole("button", { name: /^Your menu/ }).click();
  await second.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("dialog", { name: "You signed out in another tab" })).toBeVisible();

  await expect(second).toHaveURL("/");
  await second.goto("/sign-in/");
  await second.getByLabel("Email").fill(ben.email);
  await second.getByRole("textbox", { name: "Password" }).fill(ben.password);
  await second.getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else has signed in" });
  await dialog.getByRole("textbox", { name: "Password" }).fill(organization.administrator.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your account is saved.")).toBeVisible();
  await expect(second.getByRole("dialog", { name: "Somebody else has signed in" })).toBeVisible();
});

test("who may not see a page is told whom to ask, and has no buttons that would be refused", async ({
  page,
  organization,
}) => {
  await signIn(page, await organization.join("viewer"));
  for (const path of ["/organization/", "/audit/"]) {
    await page.goto(path);
    await expect(page.getByText(/Your role does not let you see/)).toBeVisible();
    await expect(page.getByRole("link", { name: organization.administrator.email })).toBeVisible();
  }
  await page.goto("/members/?tab=invitations");
  await expect(page.getByRole("rowheader", { name: /Anna Adler/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /Invite|Actions for/ })).toHaveCount(0);
});
