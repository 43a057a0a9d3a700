import { defineConfig } from "@playwright/test";

import tests from "./playwright.config";

/** What is not a test but made and measured with the same server and browser: pictures, speed. One thing at a time. */
export default defineConfig({ ...tests, testDir: "proof", workers: 1, timeout: 600_000 });
