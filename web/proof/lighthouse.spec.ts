import { chromium, test } from "@playwright/test";
import lighthouse, { desktopConfig } from "lighthouse";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Api, DEMONSTRATION } from "../tests/fixtures";
import { report } from "./report";

const PORT = 9333;
const TARGETS: Readonly<Record<string, number>> = {
  performance: 95,
  accessibility: 100,
  "best-practices": 95,
};

test("lighthouse on the dashboard, desktop", async ({ baseURL }) => {
  const profile = mkdtempSync(join(tmpdir(), "realinsights-lighthouse-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.REALINSIGHTS_BROWSER,
    args: ["--disable-gpu", `--remote-debugging-port=${PORT}`],
    baseURL,
  });
  try {
    const page = await browser.newPage();
    await Api.signIn(page.request, DEMONSTRATION);
    await page.goto("/dashboard/"); // once before: a server that is warm
    const result = await lighthouse(
      `${baseURL}/dashboard/`,
      { port: PORT, disableStorageReset: true, onlyCategories: Object.keys(TARGETS), logLevel: "error" },
      desktopConfig,
    );
    for (const [category, target] of Object.entries(TARGETS)) {
      const score = Math.round((result?.lhr.categories[category]?.score ?? 0) * 100);
      report(
        `lighthouse, ${category}`,
        `${score}`,
        category === "accessibility" ? "100" : `>= ${target}`,
        score >= target,
      );
    }
    for (const { title, score, displayValue } of Object.values(result?.lhr.audits ?? {})) {
      if (score !== null && score < 0.9) process.stdout.write(`  ${title}: ${displayValue ?? score}\n`);
    }
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
