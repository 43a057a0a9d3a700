import { Api, expect, keptLink, PASSWORD, signIn, test } from "./fixtures";

const SECOND = "a short swim past the lighthouse 8";

test("an address is confirmed by the link that was mailed, which can be sent again", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/account/");
  const notice = page.getByRole("alert").filter({ hasText: "Confirm your email address" });
  await notice.getByRole("button", { name: "Send link again" }).click();
  await expect(notice.getByText("A link is on its way to your address.")).toBeVisible();
  await page.goto("/inbox/");
  await expect(notice).toBeVisible();
  await page.getByRole("button", { name: /^Your menu/ }).click();
  await expect(page.getByRole("menuitem", { name: /Email not confirmed/ })).toBeVisible();

  const token = await keptLink(organization.api, "Confirm your e-mail address");
  await page.goto(`/confirm-address/#${token}`);
  await page.getByRole("button", { name: `Confirm ${organization.administrator.email}` }).click();
  await expect(page.getByRole("heading", { name: "Address confirmed" })).toBeVisible();
  await page.goto("/account/");
  await expect(page.getByText(`${organization.administrator.email} (confirmed)`)).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("a forgotten password is chosen anew by the link that was mailed", async ({ page, organization }) => {
  const { email } = organization.administrator;
  await page.goto("/sign-in/");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  // The page that is left has a field of this name, too.
  await expect(page.getByRole("heading", { name: "Forgot password" })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await expect(page.getByText("If this address has an account")).toBeVisible();

  await page.goto(`/new-password/#${await keptLink(organization.api, "Choose a new password")}`);
  await page.getByRole("textbox", { name: "Password" }).fill(SECOND);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page).toHaveURL("/dashboard/");
});

test("an address is changed at the new one and had back at the former one", async ({
  page,
  organization,
  elsewhere,
}) => {
  const { email } = organization.administrator;
  const second = await organization.join("administrator");
  const other = `new-${email}`;
  await signIn(page, organization.administrator);
  await page.goto("/account/");
  const form = page.getByRole("region", { name: "Email address" });
  await form.getByLabel("New email").fill(other);
  await form.getByLabel("Your password").fill("not this one, surely");
  await form.getByRole("button", { name: "Change email" }).click();
  await expect(form.getByText("is wrong")).toBeVisible();
  await form.getByLabel("Your password").fill(PASSWORD);
  await form.getByRole("button", { name: "Change email" }).click();
  await expect(form.getByText("A link is on its way to the new address.")).toBeVisible();

  await page.goto(`/confirm-address/#${await keptLink(organization.api, "Confirm your new e-mail address")}`);
  await page.getByRole("button", { name: `Confirm ${other}` }).click();
  await expect(page.getByRole("heading", { name: "Address confirmed" })).toBeVisible();
  const undo = await keptLink(organization.api, "Your e-mail address was changed");
  await page.goto("/account/");
  await expect(form.getByText(`${other} (confirmed)`)).toBeVisible();

  await page.goto(`/confirm-address/#${undo}`);
  await page.getByRole("button", { name: `Use ${email} again` }).click();
  await expect(page.getByRole("heading", { name: "Change undone" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "This link is no longer valid" })).toBeVisible();
  await page.goto("/dashboard/");
  await expect(page).toHaveURL(/\/sign-in\//);

  // Whoever changed the address knew the password.
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert", { name: "Wrong email or password" })).toBeVisible();
  const colleague = await Api.signIn(elsewhere, second);
  await page.goto(`/new-password/#${await keptLink(colleague, "Choose a new password")}`);
  await page.getByRole("textbox", { name: "Password" }).fill(SECOND);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page).toHaveURL("/dashboard/");
});

test("a person of two organizations goes on in the other one from the menu", async ({
  page,
  organization,
  elsewhere,
}) => {
  const { email, password } = organization.administrator;
  await elsewhere.post("/api/v1/auth/addresses/use", {
    data: { token: await keptLink(organization.api, "Confirm your e-mail address") },
  });
  const other = { name: `Apex ${organization.name}`, email: `other-${email}` };
  const registered = await elsewhere.post("/api/v1/auth/register", {
    data: {
      organization: { name: other.name, kind: "fund" },
      firstName: "Cleo",
      lastName: "Cole",
      email: other.email,
      password,
    },
  });
  expect(registered.status(), await registered.text()).toBe(202);
  const api = await Api.signIn(elsewhere, { email: other.email, password });
  await api.post("/api/v1/members/invitations", { email, role: "viewer" });
  const accepted = await elsewhere.post("/api/v1/auth/invitations/accept", {
    data: {
      token: await keptLink(api, `Join ${other.name} on Real Insights`),
      firstName: "Anna",
      lastName: "Adler",
      password: SECOND,
    },
  });
  expect(accepted.status(), await accepted.text()).toBe(202);

  await signIn(page, organization.administrator);
  await page.goto("/lenders/");
  const menu = page.getByRole("button", { name: /^Your menu/ });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: other.name }).click();
  await expect(page).toHaveURL("/dashboard/");
  await menu.click();
  await expect(page.getByRole("menu").getByText(other.name, { exact: true })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: organization.name, exact: true })).toBeVisible();
  await page.reload(); // the cookie is the other organization's, too
  await menu.click();
  await page.getByRole("menuitem", { name: organization.name, exact: true }).click();
  await expect(page.getByRole("link", { name: "Audit trail" })).toBeVisible();
});
