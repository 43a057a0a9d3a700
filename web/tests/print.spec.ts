import { expect, type Page } from "@playwright/test";

import { DEMONSTRATION, signIn, test } from "./fixtures";
import { settled } from "./pages";
import { filled, isNumbered, sheetsOf } from "./paper";

/** What a page of A4 leaves for content, in pixels of 96 to the inch. */
const A4 = { width: 718, height: 1046 };
/** The same for lists, which are printed in landscape. */
const A4_LANDSCAPE = { width: 1032, height: 680 };

/** How much each chart of the page draws, by what it says of itself. */
const drawn = (page: Page) =>
  page.getByRole("main").evaluate((main) =>
    [...main.querySelectorAll(".chart")].map((chart) => ({
      label: chart.getAttribute("aria-label"),
      shapes: chart.querySelectorAll("svg path").length,
      colors: [...chart.querySelectorAll("svg path")].flatMap((path) => [
        path.getAttribute("fill"),
        path.getAttribute("stroke"),
      ]),
    })),
  );

/** Let the page prepare for paper as the browser does: it waits for promises that are kept, and for nothing else. */
const beginPrinting = (page: Page) =>
  page.evaluate(async () => {
    window.dispatchEvent(new Event("beforeprint"));
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    return document.querySelectorAll(".chart svg").length;
  });

/** Wait until the library of charts is there, by far the largest script. */
async function chartLibrary(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    performance
      .getEntriesByType("resource")
      .some((entry) => (entry as PerformanceResourceTiming).decodedBodySize > 450_000),
  );
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => resolve(null))));
}

test.use({ viewport: { width: 1280, height: 600 }, colorScheme: "dark" });

test("paper has the charts that were never scrolled to, in colors for paper", async ({ page }) => {
  await signIn(page, DEMONSTRATION);
  await page.goto("/dashboard/");
  await settled(page);
  await chartLibrary(page);
  expect((await drawn(page)).map(({ shapes }) => shapes)).toEqual([0, 0]);

  expect(await beginPrinting(page)).toBe(2);
  const onPaper = await drawn(page);
  for (const { shapes, label, colors } of onPaper) {
    expect(shapes, label ?? "").toBeGreaterThan(10);
    expect(colors, "the first color on white").toContain("#0b7285");
  }
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect.poll(async () => (await drawn(page))[0]?.colors).toContain("#3bc9db");
});

test("a page that is only shown as it would be printed has them too", async ({ page }) => {
  await signIn(page, DEMONSTRATION);
  await page.goto("/dashboard/");
  await settled(page);
  await page.emulateMedia({ media: "print" });
  await expect.poll(async () => (await drawn(page)).every(({ shapes }) => shapes > 10)).toBe(true);
  await expect(page.getByRole("main").locator(".mantine-Skeleton-root")).toHaveCount(0);
});

for (const format of ["Letter", "A4"]) {
  test(`a dashboard takes three pages of ${format}, with numbers and none half empty`, async ({ page }) => {
    await signIn(page, DEMONSTRATION);
    await page.goto("/dashboard/");
    await settled(page);
    await chartLibrary(page);
    const sheets = sheetsOf(await page.pdf({ format }));
    expect(sheets.length).toBeLessThanOrEqual(3);
    for (const [index, sheet] of sheets.entries()) {
      expect(isNumbered(sheet), `page ${index + 1}`).toBe(true);
      if (index === sheets.length - 1) continue;
      const { left, right } = filled(sheet);
      expect(Math.min(left, right), `page ${index + 1}`).toBeGreaterThan(0.5);
    }
  });
}

test("the first page of a dashboard ends with the wall of maturities, and no card is cut", async ({
  page,
}) => {
  await signIn(page, DEMONSTRATION);
  await page.goto("/dashboard/");
  await settled(page);
  await chartLibrary(page);
  const width = () =>
    page
      .getByRole("img", { name: /Maturities|maturity/i })
      .locator("svg")
      .first()
      .evaluate((svg) => svg.getAttribute("width"));
  await page.getByRole("region", { name: "Maturities" }).scrollIntoViewIfNeeded();
  await expect(page.locator(".chart svg").first()).toBeVisible();
  const before = await width();
  await page.emulateMedia({ media: "print" });
  await expect.poll(width).toBe("700");
  const styles = await page.getByRole("main").evaluate((main) =>
    [...main.querySelectorAll("section section, section:has(h2)")].map((card) => ({
      title: card.querySelector("h2")?.textContent ?? "",
      inside: getComputedStyle(card).breakInside,
      after: getComputedStyle(card).breakAfter,
    })),
  );
  const cards = styles.filter(({ title }) => title !== "Key figures");
  expect(cards).toHaveLength(13);
  for (const { title, inside, after } of cards) {
    expect(inside, title).toBe("avoid");
    expect(after, title).toBe(title === "Maturities" ? "page" : "auto");
  }
  await page.emulateMedia({ media: null });
  await expect.poll(width).toBe(before);
});

test("a loan's summary is the head of its print, with its parties", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await signIn(page, DEMONSTRATION);
  await page.goto("/loans/");
  await page.getByRole("grid", { name: "Loans" }).getByRole("link").first().click();
  await settled(page);
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize(A4);
  const head = page.getByRole("complementary", { name: "Loan summary" });
  for (const fact of ["Balance", "Accrued interest", "Next payment", "Borrower", "Lender"]) {
    await expect(head.getByText(fact, { exact: true })).toBeVisible();
  }
  // The page takes a moment to become as wide as the paper.
  await expect.poll(async () => (await head.boundingBox())?.width).toBeGreaterThan(A4.width * 0.9);
  const [summary, ratios] = [
    await head.boundingBox(),
    await page.getByRole("region", { name: "Ratios" }).boundingBox(),
  ];
  expect((summary?.y ?? 0) + (summary?.height ?? 0)).toBeLessThanOrEqual(ratios?.y ?? 0);
});

test("lists and schedules fit onto paper, which is light", async ({ page }) => {
  await signIn(page, DEMONSTRATION);
  await page.goto("/loans/");
  const loan = page.getByRole("grid", { name: "Loans" }).getByRole("link").first();
  const schedule = `${await loan.getAttribute("href")}&tab=schedule`;
  for (const [path, paper] of [
    ["/loans/", A4_LANDSCAPE],
    [schedule, A4],
    ["/dashboard/", A4],
  ] as const) {
    await page.goto(path);
    await settled(page);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize(paper);
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
    // The width of what is there, not of the window: nothing may be cut off at its edge.
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth), path)
      .toBeLessThanOrEqual(paper.width);
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width: 1280, height: 600 });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  }
});
