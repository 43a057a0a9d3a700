import { expect, test } from "@playwright/test";
import { mkdirSync, writeFileSync } from "node:fs";

import { demonstrationPaths, PUBLIC_PAGES, settled } from "../tests/pages";

const FOLDER = "../docs/screens";
const QUALITY = 70;

for (const colorScheme of ["light", "dark"] as const) {
  test(`pictures of every page, ${colorScheme}`, async ({ page, context }) => {
    mkdirSync(FOLDER, { recursive: true });
    const browser = await context.newCDPSession(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [name, path] of Object.entries({ ...PUBLIC_PAGES, ...(await demonstrationPaths(page)) })) {
      await page.goto(path);
      await settled(page);
      const { data } = await browser.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
      const picture = Buffer.from(data, "base64");
      expect(picture.length).toBeGreaterThan(1000);
      writeFileSync(`${FOLDER}/${name}-${colorScheme}.webp`, picture);
    }
  });
}
