import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "./fixtures";
import { demonstrationPaths, PUBLIC_PAGES, settled } from "./pages";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SERIOUS = new Set<string | null | undefined>(["serious", "critical"]);

for (const colorScheme of ["light", "dark"] as const) {
  test(`no page has a serious accessibility issue, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [name, path] of Object.entries({ ...PUBLIC_PAGES, ...(await demonstrationPaths(page)) })) {
      await test.step(name, async () => {
        await page.goto(path);
        await settled(page);
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
        const serious = violations
          .filter(({ impact }) => SERIOUS.has(impact))
          .map(
            ({ id, help, nodes }) =>
              `${id} (${help}): ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
          );
        expect.soft(serious, `${name}, ${colorScheme}`).toEqual([]);
      });
    }
  });
}

test("every page fits a phone: nothing is wider than the screen", async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 375, height: 812 });
  for (const [name, path] of Object.entries({ ...PUBLIC_PAGES, ...(await demonstrationPaths(page)) })) {
    await test.step(name, async () => {
      await page.goto(path);
      await settled(page);
      const [content, screen] = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth] as const;
      });
      expect.soft(content, `${name} is ${content} wide`).toBeLessThanOrEqual(screen);
    });
  }
});
