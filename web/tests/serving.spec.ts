import { expect, test, type Page } from "@playwright/test";

/** Everything a page did that it should not: what its policy forbade, what was not there, what went wrong in it. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => message.type() === "error" && found.push(message.text()));
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("response", (answer) => {
    if (answer.status() === 404) found.push(`not there: ${answer.url()}`);
  });
  return found;
}

test("the front page opens within its policy", async ({ page, baseURL }) => {
  const found = complaints(page);
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await expect(page).toHaveTitle(/Real Insights/);
  await expect(page.locator("body")).not.toBeEmpty();
  await page.waitForLoadState("networkidle");
  expect(found.filter((complaint) => !complaint.includes("401"))).toEqual([]);
  expect(new URL(page.url()).origin).toBe(baseURL);
});

test("a page that is not there says so, as a page", async ({ page }) => {
  const answer = await page.goto("/nowhere/at/all/");
  expect(answer?.status()).toBe(404);
  await expect(page.locator("body")).not.toBeEmpty();
});

test("a page's policy runs nothing that is not its own", async ({ page }) => {
  await page.goto("/");
  const ran = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.foreign = true";
    document.head.append(script);
    const reached = await fetch("http://127.0.0.1:9/").then(
      () => true,
      () => false,
    );
    return { foreign: "foreign" in window, reached };
  });
  expect(ran).toEqual({ foreign: false, reached: false });
});
