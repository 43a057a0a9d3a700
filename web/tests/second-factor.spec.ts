import { createHmac } from "node:crypto";

import type { Page } from "@playwright/test";

import { expect, PASSWORD, signIn, test } from "./fixtures";

const STEP_SECONDS = 30;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code that an authenticator app shows (RFC 6238), of this moment or so many steps later. */
function codeOf(secret: string, steps = 0): string {
  const bits = [...secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_SECONDS) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Add an authenticator app on the page that offers it; return its secret and the recovery codes. */
async function addApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const adding = page.getByRole("dialog", { name: "Add an authenticator app" });
  await adding.getByLabel("Your password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(adding.getByRole("img", { name: "The picture for your authenticator app" })).toBeVisible();
  const secret = (await adding.getByRole("code").innerText()).replaceAll(" ", "");
  const wrong = ["000000", "111111", "222222", "333333"].find(
    (code) => ![-1, 0, 1].some((steps) => codeOf(secret, steps) === code),
  );
  await adding.getByLabel("Code").fill(wrong ?? "");
  await adding.getByRole("button", { name: "Add", exact: true }).click();
  await expect(adding.getByText("check that the clock of your device is right")).toBeVisible();
  await adding.getByLabel("Code").fill(codeOf(secret));
  await adding.getByRole("button", { name: "Add", exact: true }).click();
  const shown = page.getByRole("dialog", { name: "Your recovery codes" });
  await expect(shown.getByRole("listitem")).toHaveCount(10);
  const codes = await shown.getByRole("listitem").allInnerTexts();
  await shown.getByRole("button", { name: "I have kept them" }).click();
  return { secret, codes };
}

test("an authenticator app is added, and signing in needs it", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/account/");
  const { secret, codes } = await addApp(page);
  await expect(page.getByText("10 recovery codes are left.")).toBeVisible();

  await page.getByRole("button", { name: /^Your menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
  await page.goto("/sign-in/?next=%2Faccount%2F");
  await page.getByLabel("Email").fill(organization.administrator.email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Your second factor" })).toBeVisible();
  await page.getByLabel("Code").fill("not a code");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The code is wrong, or was used before.")).toBeVisible();
  await page.getByLabel("Code").fill(codeOf(secret, 1));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/account/");

  // Whoever has lost the phone has a code on paper.
  await page.context().clearCookies();
  await page.goto("/sign-in/?next=%2Faccount%2F");
  await page.getByLabel("Email").fill(organization.administrator.email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByLabel("Code").fill(codes[0] ?? "");
  await page.keyboard.press("Enter");
  await expect(page.getByText("9 recovery codes are left.")).toBeVisible();
  await page.goto("/inbox/");
  await expect(page.getByText("You signed in by a recovery code")).toBeVisible();

  await page.goto("/account/");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  const removing = page.getByRole("dialog", { name: "Remove the authenticator app" });
  await removing.getByLabel("Your password").fill(PASSWORD);
  await removing.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Add an authenticator app" })).toBeVisible();
});

test("an organization requires it, and a member can do nothing else first", async ({
  page,
  organization,
}) => {
  const ben = await organization.join("manager");
  await signIn(page, organization.administrator);
  await page.goto("/organization/");
  const required = page.getByRole("switch", { name: "Require a second factor" });
  await required.click();
  await expect(page.getByText("Add a second factor to your own account first.")).toBeVisible();
  await page.goto("/account/");
  await addApp(page);
  await page.goto("/organization/");
  await required.click();
  await expect(page.getByText("Members need a second factor from now on.")).toBeVisible();
  await expect(required).toBeChecked();

  await page.context().clearCookies();
  await signIn(page, ben);
  await page.goto("/loans/");
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toHaveCount(0);
  await addApp(page);
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Loans", exact: true })).toBeVisible();
});

test("an administrator resets the second factor of who has lost it", async ({ page, organization }) => {
  const ben = await organization.join("manager");
  await signIn(page, ben);
  await page.goto("/account/");
  await addApp(page);
  await page.context().clearCookies();
  await signIn(page, organization.administrator);
  await page.goto("/members/");
  await page.getByRole("button", { name: "Actions for Ben manager" }).click();
  await page.getByRole("menuitem", { name: "Reset second factor" }).click();
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect(page.getByText(/Ben manager signs in by their password/)).toBeVisible();
  await page.context().clearCookies();
  await signIn(page, ben);
  await page.goto("/account/");
  await expect(page.getByRole("button", { name: "Add an authenticator app" })).toBeVisible();
});
