import { defineConfig } from "@playwright/test";
import { execFileSync } from "node:child_process";

/** Found once; the workers, which read this file too, inherit it. */
process.env.REALINSIGHTS_BROWSER ??= execFileSync(process.execPath, ["scripts/browser.mjs"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
}).trim();

/** A server of its own with the demonstration, in a new folder that goes with it. */
const server = [
  "data=$(mktemp -d)",
  `trap 'rm -rf "$data"' EXIT INT TERM`,
  '../.venv/bin/realinsights up --port 0 --data "$data"',
].join("; ");

export default defineConfig({
  testDir: "tests",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  reporter: "list",
  timeout: 60_000,
  // A page may be slow to come alive while everything else on two cores is tested too.
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://127.0.0.1:${process.env.REALINSIGHTS_TEST_PORT}`,
    headless: true,
    // Without a graphics card one would be imitated, at the price of a core.
    launchOptions: { executablePath: process.env.REALINSIGHTS_BROWSER, args: ["--disable-gpu"] },
    locale: "en-US",
    timezoneId: "America/New_York",
    // A trace costs as much again as the test: ask for one with `--trace on`.
    screenshot: "only-on-failure",
  },
  webServer: {
    command: server,
    // Each test comes from an address of its own (see fixtures.ts), so that none uses up what another one may try.
    env: {
      REALINSIGHTS_LOG_LEVEL: "warning",
      REALINSIGHTS_TRUSTED_PROXIES: "127.0.0.1",
      // Tests have programs of their own to receive webhooks.
      REALINSIGHTS_WEBHOOKS_TO_LOOPBACK: "yes",
    },
    wait: { stdout: /running at http:\/\/127\.0\.0\.1:(?<realinsights_test_port>\d+)[\s\S]*Ctrl-C ends it/ },
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    stderr: "pipe",
    timeout: 120_000,
  },
});
