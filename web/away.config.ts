import { defineConfig } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import tests from "./playwright.config";

/** Chosen once; the workers, which read this file too, inherit it. */
process.env.REALINSIGHTS_AWAY_DATA ??= mkdtempSync(join(tmpdir(), "realinsights-away-"));
process.env.REALINSIGHTS_TEST_PORT ??= execFileSync(
  "../.venv/bin/python",
  ["-c", "from realinsights import engines; print(engines.free_port())"],
  { encoding: "utf8" },
).trim();

const data = process.env.REALINSIGHTS_AWAY_DATA;
const port = process.env.REALINSIGHTS_TEST_PORT;

/** What a page says and does while a service is away: all of `services-2b` as real processes behind the gateway. */
export default defineConfig({
  ...tests,
  testDir: "away",
  workers: 1,
  timeout: 1_800_000,
  expect: { timeout: 120_000 },
  use: { ...tests.use, baseURL: `http://127.0.0.1:${port}`, viewport: { width: 1440, height: 900 } },
  webServer: {
    command: [
      `trap 'rm -rf "${data}"' EXIT INT TERM`,
      `../.venv/bin/realinsights up services-2b --no-demonstration --port ${port} --data "${data}"`,
    ].join("; "),
    env: { REALINSIGHTS_LOG_LEVEL: "warning" },
    wait: { stdout: /Ctrl-C ends all of it/ },
    gracefulShutdown: { signal: "SIGTERM", timeout: 60_000 },
    stderr: "pipe",
    timeout: 600_000,
  },
});
