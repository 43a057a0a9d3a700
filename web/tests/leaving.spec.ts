import { expect, type Page } from "@playwright/test";

import { signIn, test } from "./fixtures";
import { smallTape } from "./tapes";

const question = (page: Page) => page.getByRole("dialog", { name: "Leave without saving?" });

/** Press the browser's own Back, which nobody answers when it is held up. */
async function pressBack(page: Page): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const { currentIndex, entries } = await browser.send("Page.getNavigationHistory");
  const entry = entries[currentIndex - 1];
  if (entry === undefined) throw new Error("there is nothing to go back to");
  await browser.send("Page.navigateToHistoryEntry", { entryId: entry.id });
  await browser.detach();
}

test.describe("a form with something unsaved", () => {
  test.beforeEach(async ({ page, organization }) => {
    await organization.api.import("small.csv", smallTape(1));
    await signIn(page, organization.administrator);
    await page.goto("/loans/");
    await page.getByRole("link", { name: "New loan" }).click();
    await expect(page).toHaveURL("/loan/new/");
    await page.getByRole("textbox", { name: "Name" }).fill("Harbor Tower");
  });

  test("asks before Back leaves it, and stays whoever wants to stay", async ({ page }) => {
    await pressBack(page);
    await question(page).getByRole("button", { name: "Stay" }).click();
    await expect(question(page)).toHaveCount(0);
    await expect(page).toHaveURL("/loan/new/");
    await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Harbor Tower");

    await page.evaluate(() => history.back());
    await question(page).getByRole("button", { name: "Leave" }).click();
    await expect(page).toHaveURL("/loans/");
    await expect(page.getByRole("grid", { name: "Loans" })).toBeVisible();
    await expect(question(page)).toHaveCount(0);

    await page.goForward();
    await page.getByRole("button", { name: "Restore" }).click();
    await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Harbor Tower");
  });

  test("asks once, however often Back is pressed", async ({ page }) => {
    await pressBack(page);
    await expect(question(page)).toBeVisible();
    await page.evaluate(() => history.back());
    await expect(question(page)).toHaveCount(1);
    await question(page).getByRole("button", { name: "Leave" }).click();
    await expect(page).toHaveURL("/loans/");
  });

  test("asks before a key, a command or Cancel leaves it", async ({ page }) => {
    const name = page.getByRole("textbox", { name: "Name" });
    await page.getByRole("button", { name: "Cancel" }).click();
    await question(page).getByRole("button", { name: "Stay" }).click();
    await expect(question(page)).toHaveCount(0);

    await page.getByRole("heading", { name: "New loan" }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await question(page).getByRole("button", { name: "Stay" }).click();
    await expect(question(page)).toHaveCount(0);

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search and commands" }).fill("lenders");
    await page.keyboard.press("Enter");
    await expect(question(page)).toBeVisible();
    await expect(page).toHaveURL("/loan/new/");
    await expect(name).toHaveValue("Harbor Tower");
    await question(page).getByRole("button", { name: "Leave" }).click();
    await expect(page).toHaveURL("/lenders/");
    await expect(question(page)).toHaveCount(0);
  });

  test("asks before a sign-out, which leaves nothing of the person behind", async ({ page }) => {
    const left = () =>
      page.evaluate(() =>
        [...Object.keys(sessionStorage), ...Object.keys(localStorage)].filter((key) =>
          /^realinsights-(draft|visits)/.test(key),
        ),
      );
    await expect.poll(left).toHaveLength(1);
    await page.evaluate(() =>
      localStorage.setItem(
        "realinsights-visits-other",
        JSON.stringify([{ path: "/loan/?id=1", name: "Secret" }]),
      ),
    );
    await page.getByRole("button", { name: /^Your menu/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(question(page)).toContainText("it is forgotten when you sign out");
    await question(page).getByRole("button", { name: "Leave" }).click();
    await expect(page).toHaveURL("/");
    expect(await left()).toEqual([]);
  });

  test("asks nothing once it is empty again", async ({ page }) => {
    await page.getByRole("textbox", { name: "Name" }).fill("");
    await page.goBack();
    await expect(page).toHaveURL("/loans/");
    await expect(question(page)).toHaveCount(0);
  });
});
