import type { APIRequestContext, Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Api, DEMONSTRATION, expect, signIn, test as base } from "./fixtures";

const NO_SERVER = 77;

interface OnS3 {
  /** Where the product answers, and where its store of files does; null where there is no S3 server to build. */
  readonly product: string;
  readonly store: string;
}

/** A product whose files are in S3, which hands them out to browsers itself. */
const test = base.extend<object, { onS3: OnS3 | null }>({
  onS3: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "on-s3-"));
      const run = spawn("../.venv/bin/python", ["-m", "tests.files.product_on_s3", folder], {
        cwd: process.cwd(),
        env: {
          ...process.env,
          PYTHONPATH: "..",
          REALINSIGHTS_ENGINES: join(process.cwd(), "..", ".engines"),
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise<number | null>((resolve) => run.on("exit", resolve));
      let said = "";
      const started = new Promise<OnS3>((resolve) =>
        run.stdout.on("data", (part: Buffer) => {
          said += part.toString();
          const store = /S3 answers at (\S+)/.exec(said)?.[1];
          const product = /running at (\S+)[\s\S]*Ctrl-C ends it/.exec(said)?.[1];
          if (store !== undefined && product !== undefined) resolve({ product, store });
        }),
      );
      const there = await Promise.race([started, ended]);
      if (typeof there === "number" || there === null) {
        expect(there, said).toBe(NO_SERVER);
        await use(null);
      } else {
        await use(there);
        run.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true });
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ onS3 }, use) => {
    await use(onS3?.product);
  },
});

// One after the other: another worker would start all of it again.
test.describe.configure({ mode: "default" });

test.beforeEach(({ onS3 }) => {
  test.skip(onS3 === null, "no Go to build the optional S3 server with");
});

/** Whatever the browser refuses or fails at is said in its console. */
const complaints = (page: Page): string[] => {
  const said: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  return said;
};

test("a document is previewed from this server and downloaded from the store", async ({
  page,
  elsewhere,
  onS3,
}) => {
  const { product, store } = onS3 as OnS3;
  const api = await Api.signIn(elsewhere, DEMONSTRATION);
  await signIn(page, DEMONSTRATION);
  const said = complaints(page);
  const parts: { origin: string; status: number }[] = [];
  page.on("response", (response) => {
    const { origin, pathname } = new URL(response.url());
    if (pathname.endsWith("/content")) parts.push({ origin, status: response.status() });
  });
  await page.goto("/documents/");
  await page.getByRole("link", { name: /^Promissory note/ }).click();
  await expect(
    page
      .getByRole("region", { name: /^Preview/ })
      .locator("canvas")
      .first(),
  ).toBeVisible();
  expect(parts.length).toBeGreaterThan(0);
  for (const part of parts) expect(part).toEqual({ origin: product, status: 206 });

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: /^Download/ })
      .first()
      .click(),
  ]);
  expect(new URL(download.url()).origin).toBe(store);
  expect(download.suggestedFilename()).toMatch(/^Promissory note RI-\d+\.pdf$/);
  const { items } = await api.get<{ items: { id: string }[] }>("/api/v1/documents?kind=note");
  const own = await page.request.get(`/api/v1/documents/${items[0]?.id}/versions/1/content?inline=true`, {
    headers: { Authorization: `Bearer ${await token(elsewhere)}` },
  });
  expect(readFileSync(await download.path()).equals(await own.body())).toBe(true);

  // Whoever goes on with a download asks for the rest of it.
  const rest = await elsewhere.get(download.url(), { headers: { Range: "bytes=0-4" } });
  expect(rest.status()).toBe(206);
  expect((await rest.body()).toString()).toBe("%PDF-");
  // The page is still there.
  await expect(page.getByRole("heading", { level: 1, name: /^Promissory note/ })).toBeVisible();
  expect(said).toEqual([]);
});

test("a file keeps its name in any letters, and a link hands it to whoever has it", async ({
  page,
  elsewhere,
  onS3,
}) => {
  const api = await Api.signIn(elsewhere, DEMONSTRATION);
  const name = "Übersicht – 1ª série.txt";
  const { id } = await api.send<{ id: string }>(
    "POST",
    `/api/v1/documents?fileName=${encodeURIComponent(name)}`,
    Buffer.from("All risks."),
    { "Content-Type": "text/plain" },
  );
  await expect
    .poll(async () => {
      const { versions } = await api.get<{ versions: { state: string }[] }>(`/api/v1/documents/${id}`);
      return versions[0]?.state;
    })
    .toBe("ready");
  await signIn(page, DEMONSTRATION);
  const said = complaints(page);
  await page.goto(`/document/?id=${id}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: /^Download/ })
      .first()
      .click(),
  ]);
  expect(new URL(download.url()).origin).toBe((onS3 as OnS3).store);
  expect(download.suggestedFilename()).toBe(name);

  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const link = await api.post<{ token: string }>(`/api/v1/documents/${id}/versions/1/shares`, { expiresAt });
  await page.context().clearCookies();
  await page.goto(`/shared/#${link.token}`);
  const [shared] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^Download/ }).click(),
  ]);
  expect(new URL(shared.url()).origin).toBe((onS3 as OnS3).store);
  expect(shared.suggestedFilename()).toBe(name);
  expect(readFileSync(await shared.path(), "utf8")).toBe("All risks.");
  expect(said).toEqual([]);
});

async function token(request: APIRequestContext): Promise<string> {
  const answer = await request.post("/api/v1/auth/sign-in", { data: DEMONSTRATION });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}
