import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test as base } from "./fixtures";
import { demonstrationPaths, PAGES, PUBLIC_PAGES, settled } from "./pages";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What a color scheme changes; everything else is the same in both. */
const RULES_OF_COLOR = ["color-contrast", "link-in-text-block"];
const SERIOUS = new Set<string | null | undefined>(["serious", "critical"]);
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

interface Seen {
  readonly page: Page;
  readonly path: string;
}

/** A stranger and a member of the demonstration, who look at all pages: what their browsers have loaded they keep. */
const test = base.extend<object, { see: (name: string) => Seen }>({
  see: [
    async ({ browser }, use, { project }) => {
      const { baseURL, locale, timezoneId } = project.use;
      const open = () => browser.newContext({ baseURL, locale, timezoneId, reducedMotion: "reduce" });
      const contexts = [await open(), await open()] as const;
      const [stranger, member] = [await contexts[0].newPage(), await contexts[1].newPage()];
      const { strangers, members } = await demonstrationPaths(member);
      const seen = new Map<string, Seen>([
        ...strangers.map(([name, path]) => [name, { page: stranger, path }] as const),
        ...members.map(([name, path]) => [name, { page: member, path }] as const),
      ]);
      await use((name) => seen.get(name) ?? { page: stranger, path: "/" });
      for (const context of contexts) await context.close();
    },
    { scope: "worker" },
  ],
});

/** The serious violations of a page as it stands. */
async function serious(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => SERIOUS.has(impact))
    .map(
      ({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
    );
}

for (const name of [...Object.keys(PUBLIC_PAGES), ...Object.keys(PAGES)]) {
  test(`${name} has no serious accessibility issue, light or dark, and fits a phone`, async ({ see }) => {
    const { page, path } = see(name);
    await page.setViewportSize(DESKTOP);
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(path);
    await settled(page);
    expect.soft(await serious(new AxeBuilder({ page }).withTags(RULES)), "light").toEqual([]);

    await page.emulateMedia({ colorScheme: "dark" });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
    // Colors that are still on their way from light to dark are neither.
    await page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter((animation) => animation instanceof CSSTransition)
          .map(({ finished }) => finished.catch(() => null)),
      ),
    );
    expect.soft(await serious(new AxeBuilder({ page }).withRules(RULES_OF_COLOR)), "dark").toEqual([]);

    await page.setViewportSize(PHONE);
    await settled(page);
    // What is drawn to measure is drawn anew a moment later.
    const beyond = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(beyond, "nothing is wider than the screen").toBeLessThanOrEqual(0);
  });
}
