import { test } from "@playwright/test";

import { Api, DEMONSTRATION } from "../tests/fixtures";
import { settled } from "../tests/pages";
import { report } from "./report";

/** A slow line: 400 kbit/s down and up, and 400 ms until an answer begins. */
const LINE = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };

test("a first visit to the dashboard on a slow line", async ({ page }) => {
  await Api.signIn(page.request, DEMONSTRATION);
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", LINE);
  const asked: string[] = [];
  const cancelled: string[] = [];
  let bytes = 0;
  page.on("request", (request) => asked.push(request.url()));
  page.on("requestfailed", (request) => cancelled.push(`${request.url()}: ${request.failure()?.errorText}`));
  line.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  await page.goto("/dashboard/", { waitUntil: "commit" });
  await page.locator("[aria-busy='true'], main .amount").first().waitFor();
  const outline = seconds();
  await page.locator("main .amount").filter({ hasText: /\d/ }).first().waitFor();
  const figures = seconds();
  const before = { bytes, asked: asked.length };
  await settled(page);
  report("slow line (400 kbit/s, 400 ms): outline on screen", `${outline.toFixed(1)} s`, "", true);
  report("slow line: figures on screen", `${figures.toFixed(1)} s`, "<= 6 s", figures <= 6);
  report(
    "  received until then",
    `${Math.round(before.bytes / 1000)} KB in ${before.asked} requests`,
    "",
    true,
  );
  report(
    "  and once nothing on the screen waits",
    `${Math.round(bytes / 1000)} KB after ${seconds().toFixed(1)} s`,
    "",
    true,
  );
  report("cold dashboard: requests", String(asked.length), "<= 45", asked.length <= 45);
  report("cold dashboard: cancelled requests", String(cancelled.length), "0", cancelled.length === 0);
  for (const address of process.env.REALINSIGHTS_LIST ? [...asked, "cancelled:", ...cancelled] : cancelled) {
    process.stdout.write(`  ${address}\n`);
  }
});
