import { randomUUID } from "node:crypto";

import { begin, expect, PASSWORD, type Role, signIn, test } from "./fixtures";

test("who begins an organization is signed in, stays so, and leaves nothing that a script can read", async ({
  page,
  context,
}) => {
  const name = `Pier ${randomUUID().slice(0, 8)}`;
  const email = `${randomUUID()}@example.com`;
  await begin(page, name, email, "fund");
  await page.reload();
  await page.getByRole("button", { name: "Your menu: Anna Adler" }).click();
  await expect(page.getByText(name, { exact: true })).toBeVisible();

  const readable = await page.evaluate(() => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
  }));
  expect(readable.cookies).toBe("");
  expect(JSON.stringify(readable)).not.toMatch(/eyJ|realinsights_|@example\.com/);
  const cookies = await context.cookies(`${new URL(page.url()).origin}/api/v1/auth/refresh`);
  expect(cookies.map(({ name }) => name).sort()).toEqual([
    "realinsights_device",
    "realinsights_organization",
    "realinsights_refresh",
  ]);
  for (const { httpOnly, sameSite } of cookies) {
    expect({ httpOnly, sameSite }).toEqual({ httpOnly: true, sameSite: "Strict" });
  }

  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
  await page.goto("/loans/?status=current");
  await expect(page).toHaveURL(`/sign-in/?next=${encodeURIComponent("/loans/?status=current")}`);
});

test("an address that has an account tells nobody, and keeps its password", async ({
  page,
  organization,
}) => {
  await page.goto("/sign-up/");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Another one");
  await page.getByLabel("First name").fill("Eve");
  await page.getByLabel("Last name").fill("Eavesdropper");
  await page.getByLabel("Email").fill(organization.administrator.email);
  await page.getByRole("textbox", { name: "Password" }).fill("whatever else it may be 9");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to continue" })).toBeVisible();
  await expect(page.getByText("its password and its organization have not changed")).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Email").fill(organization.administrator.email);
  await page.getByRole("textbox", { name: "Password" }).fill(organization.administrator.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/dashboard/");
});

test("a password is judged by the server's rules while it is typed", async ({ page }) => {
  await page.goto("/sign-up/");
  const rule = (text: string) => page.getByRole("listitem").filter({ hasText: text });
  const password = page.getByRole("textbox", { name: "Password" });
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Harborside");
  await password.fill("harborside12");
  await expect(rule("12 to 256 characters")).toContainText(": met");
  await expect(rule("Doesn’t contain your name")).toContainText(": not yet");
  await expect(page.getByText("Strength: Weak")).toBeVisible();
  await password.fill("password12345");
  await expect(rule("commonly used password")).toContainText(": not yet");
  await password.fill("harborside in the morning sun");
  await expect(page.getByText("Strength: Very strong")).toBeVisible();
  await expect(page.getByText(": not yet")).toHaveCount(0);
});

test("signing in leads to where one was going, on this site only", async ({ page, organization }) => {
  const { email, password } = organization.administrator;
  const enter = async (secret: string) => {
    await page.getByRole("textbox", { name: "Email" }).fill(email);
    await page.getByRole("textbox", { name: "Password" }).fill(secret);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await page.goto(`/sign-in/?next=${encodeURIComponent("/members/?role=viewer")}`);
  await enter("not this one, surely");
  await expect(page.getByRole("alert").filter({ hasText: "Wrong email or password" })).toBeVisible();
  await enter(password);
  await expect(page).toHaveURL("/members/?role=viewer");
  // Signed in already: it goes on by itself, and not to somewhere else.
  await page.goto(`/sign-in/?next=${encodeURIComponent("//elsewhere.example/")}`);
  await expect(page).toHaveURL("/dashboard/");
});

test("too many wrong passwords are told how long to wait", async ({ page, organization }) => {
  await page.goto("/sign-in/");
  await page.getByLabel("Email").fill(organization.administrator.email);
  await page.getByRole("textbox", { name: "Password" }).fill("not this one, surely");
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answer = page.waitForResponse("**/auth/sign-in");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect((await answer).status()).toBe(401);
  }
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Too many attempts to sign in from here")).toBeVisible();
  await expect(
    page
      .getByRole("alert")
      .getByText(/Try again in \d+(:\d\d minutes| seconds?)\./)
      .first(),
  ).toBeVisible();
});

test("the front page says what it is without a script, and leads on who is signed in", async ({
  page,
  browser,
  baseURL,
  organization,
}) => {
  const scriptless = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const plain = await scriptless.newPage();
  await plain.goto("/");
  await expect(plain.getByRole("heading", { level: 1 })).toHaveText("Every loan, to the lender’s cent");
  await expect(plain.getByText("Asset managers, CFOs and analysts")).toBeVisible();
  await expect(plain.getByRole("link", { name: "Sign in" }).first()).toHaveAttribute("href", "/sign-in/");
  await scriptless.close();

  await signIn(page, organization.administrator);
  await page.goto("/dashboard/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.goto("/");
  await page.getByRole("link", { name: "Open the dashboard" }).first().click();
  await expect(page).toHaveURL("/dashboard/");
});

const SEES: Readonly<Record<Role, { audit: boolean; organization: boolean }>> = {
  viewer: { audit: false, organization: false },
  member: { audit: false, organization: false },
  manager: { audit: true, organization: false },
  administrator: { audit: true, organization: true },
};

for (const role of ["viewer", "member", "manager", "administrator"] as const) {
  test(`an invitation lets a ${role} in, once`, async ({ page, organization }) => {
    const email = `${randomUUID()}@example.com`;
    const { token } = await organization.api.post<{ token: string }>("/api/v1/members/invitations", {
      email,
      role,
    });
    await page.goto(`/invitation/#${token}`);
    await expect(page.getByRole("heading", { name: `Join ${organization.name}` })).toBeVisible();
    await expect(page.getByText(new RegExp(`You’ll join as ${role}`, "i"))).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await page.getByLabel("First name").fill("Ben");
    await page.getByLabel("Last name").fill("Bauer");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Join" }).click();
    await expect(page).toHaveURL("/dashboard/");
    const menu = page.getByRole("navigation", { name: "Main" });
    await expect(menu.getByRole("link", { name: "Members" })).toBeVisible();
    await expect(menu.getByRole("link", { name: "Audit trail" })).toHaveCount(SEES[role].audit ? 1 : 0);
    await expect(menu.getByRole("link", { name: "Organization" })).toHaveCount(
      SEES[role].organization ? 1 : 0,
    );

    await page.goto("/");
    await page.goto(`/invitation/#${token}`);
    await expect(page.getByText("Ask whoever sent it for another.")).toBeVisible();
    await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  });
}

test("an invitation's link that was cut off says so", async ({ page }) => {
  await page.goto("/invitation/");
  await expect(page.getByRole("heading", { name: "This link is incomplete" })).toBeVisible();
});

test("an administrator's link gives a member a new password, once", async ({ page, organization }) => {
  const person = await organization.join("member");
  const { items } = await organization.api.get<{ items: { id: string }[] }>(
    `/api/v1/members?search=${person.email}`,
  );
  const path = `/api/v1/members/${items[0]?.id}/password-link`;
  const { link } = await organization.api.post<{ link: string }>(path);
  await page.goto(link);
  await expect(page.getByText(`For your account at ${organization.name}.`)).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await page.getByRole("textbox", { name: "Password" }).fill("an even better battery");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page).toHaveURL("/dashboard/");

  await page.goto("/");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link is no longer valid" })).toBeVisible();
});
