import { expect, test } from "@playwright/test";
import { mkdirSync, writeFileSync } from "node:fs";

import { demonstrationPaths, settled } from "../tests/pages";

const FOLDER = "../docs/screens";
/** The front page shows the dashboard. */
const SHOWN = "public/screens";
const QUALITY = 70;

for (const colorScheme of ["light", "dark"] as const) {
  test(`pictures of every page, ${colorScheme}`, async ({ browser, page: member, baseURL }) => {
    mkdirSync(FOLDER, { recursive: true });
    const stranger = await browser.newPage({ baseURL });
    const paths = await demonstrationPaths(member);
    for (const [page, pages] of [
      [stranger, paths.strangers],
      [member, paths.members],
    ] as const) {
      const devtools = await page.context().newCDPSession(page);
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const [name, path] of pages) {
        await page.goto(path);
        await settled(page);
        const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
        const picture = Buffer.from(data, "base64");
        expect(picture.length).toBeGreaterThan(1000);
        writeFileSync(`${FOLDER}/${name}-${colorScheme}.webp`, picture);
        if (name === "dashboard") writeFileSync(`${SHOWN}/${name}-${colorScheme}.webp`, picture);
      }
    }
    await stranger.close();
  });
}
