import { FIGURES, figures, opened } from "./dashboard";
import { expect, test } from "./fixtures";

const HERO = ["outstanding", "weightedRate", "weightedRemainingYears", "ltv", "dscr"];

test("the first figures are there before the page's own scripts, and stay", async ({
  page,
  organization,
}) => {
  const server = await opened(page, organization);
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto("/dashboard/", { waitUntil: "commit" });
  const place = (name: string) => page.locator(`main [data-figure="${name}"]`);
  const expected = (name: string) => FIGURES[name]?.[1](server.figures[name]?.value ?? null) ?? "";
  for (const name of HERO) await expect(place(name)).toHaveText(expected(name));
  await expect(figures(page)).toHaveCount(0);
  release();
  await expect(figures(page)).toBeVisible();
  for (const name of HERO) await expect(place(name)).toContainText(expected(name));
  expect(errors).toEqual([]);
});

test("amounts that are blurred are so from the first", async ({ page, organization }) => {
  await opened(page, organization);
  await page.evaluate(() => localStorage.setItem("realinsights-blurred", "true"));
  await page.route(/\/_next\/static\/.*\.js/, (route) => route.abort());
  await page.goto("/dashboard/", { waitUntil: "commit" });
  const amount = page.locator('main [data-figure="outstanding"]');
  await expect(amount).toHaveText(/\d/);
  await expect(amount).toHaveCSS("filter", /blur/);
});

test("what is narrowed by filters is not shown before it is known", async ({ page, organization }) => {
  await opened(page, organization);
  await page.route(/\/_next\/static\/.*\.js/, (route) => route.abort());
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const renewed = page.waitForResponse(/\/auth\/me$/);
  await page.goto("/dashboard/?state=TX", { waitUntil: "commit" });
  await renewed;
  await expect(page.locator("main [data-early]").first()).not.toHaveText(/\d/);
  expect(asked).not.toContain("/api/v1/dashboard");
});
