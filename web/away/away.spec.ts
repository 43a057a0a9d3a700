import { type Page } from "@playwright/test";
import { mkdirSync, writeFileSync } from "node:fs";

import { expect, LEAST_LOAN, type Organization, signIn, test } from "../tests/fixtures";
import { ALL_THERE, type Service, statuses, without } from "./services";

const FOLDER = "../docs/proof/away";
const QUALITY = 70;

/** Keep a picture of what a person sees, beside the table. */
async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  writeFileSync(`${FOLDER}/${name}.webp`, Buffer.from(data, "base64"));
}

const away = (page: Page, words: string) =>
  page.getByRole("status").filter({ hasText: "away" }).filter({ hasText: words });

/** Kill a service, look at what is left, let it come back, and look again at a page that was not loaded anew. */
async function missed(
  page: Page,
  organization: Organization,
  service: Service,
  seen: string,
  { look, back }: { look: () => Promise<void>; back: () => Promise<void> },
): Promise<void> {
  await test.step(service, async () => {
    const { email, password } = organization.administrator;
    const answer = await page.request.post("/api/v1/auth/sign-in", { data: { email, password } });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const asked = () => statuses(page.request, accessToken);
    await expect.poll(asked).toEqual(ALL_THERE);
    await without(service, async () => {
      await expect.poll(async () => (await asked())[service]).toBe(503);
      // The others never miss it, however often they are asked.
      for (let time = 0; time < 10; time += 1) {
        expect(await asked()).toEqual({ ...ALL_THERE, [service]: 503 });
      }
      await look();
      await picture(page, service);
    });
    const loads = await page.evaluate(() => performance.timeOrigin);
    const began = Date.now();
    await back();
    expect(await page.evaluate(() => performance.timeOrigin), "loaded anew").toBe(loads);
    const line = `| ${service} | 503 for its own paths, 10 × 200 for each of the others | ${seen} | ${Math.round((Date.now() - began) / 1000)} s |`;
    process.stdout.write(`${line}\n`);
  });
}

test("a part that is away is missed alone, and comes back by itself", async ({
  browser,
  page,
  organization,
}) => {
  const { api } = organization;
  const loan = await api.post<{ id: string }>("/api/v1/loans", {
    ...LEAST_LOAN,
    number: "A-1",
    name: "Harbor Tower",
  });
  const link = (name: RegExp | string) => page.getByRole("navigation").getByRole("link", { name });
  await signIn(page, organization.administrator);
  await page.goto("/dashboard/");
  await expect(page.getByText("$7.20").first()).toBeVisible();
  await page.goto(`/loan/?id=${loan.id}&tab=documents`);
  await expect(page.getByText("No documents yet")).toBeVisible();

  const dashboard =
    "The dashboard and the figures of the portfolio cannot be reached just now; the rest works on.";
  await missed(page, organization, "dashboard", "the loans as recorded, a loan, an edit of it", {
    look: async () => {
      await link("Dashboard").click();
      await expect(away(page, dashboard)).toBeVisible();
      await picture(page, "dashboard-page");
      await link("Loans").click();
      const table = page.getByRole("grid", { name: "Loans as recorded" });
      await table.getByText("Harbor Tower").click();
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByRole("textbox", { name: "Borrower" }).fill("Edited LLC");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Harbor Tower" })).toBeVisible();
      await expect(page.getByText("Edited LLC").filter({ visible: true }).first()).toBeVisible();
      await link("Loans").click();
      await expect(table.getByText("Edited LLC")).toBeVisible();
    },
    back: async () => {
      await expect(
        page.getByRole("grid", { name: "Loans", exact: true }).getByText("Harbor Tower"),
      ).toBeVisible();
      await expect(away(page, dashboard)).toHaveCount(0);
    },
  });

  const files = "Documents cannot be reached just now; the rest works on.";
  await missed(page, organization, "files", "the panel of documents says so, the loan is there", {
    look: async () => {
      await link("Loans").click();
      await page.getByRole("grid", { name: "Loans", exact: true }).getByText("Harbor Tower").click();
      await page.getByRole("tab", { name: "Documents" }).click();
      await expect(
        page.getByRole("tabpanel").getByRole("alert").filter({ hasText: files }).first(),
      ).toBeVisible();
      await expect(page.getByRole("heading", { level: 1, name: "Harbor Tower" })).toBeVisible();
    },
    back: async () => {
      await expect(page.getByText("No documents yet")).toBeVisible();
      await expect(away(page, files)).toHaveCount(0);
    },
  });

  const notifications = "The inbox, dates, notes and webhooks cannot be reached just now; the rest works on.";
  await missed(page, organization, "notifications", "the bell says so, and so does the panel of notes", {
    look: async () => {
      await page.getByRole("tab", { name: "Notes" }).click();
      await expect(page.getByRole("tabpanel").getByText(notifications).first()).toBeVisible();
      await expect(page.getByRole("link", { name: "Inbox: cannot be reached just now" })).toBeVisible();
    },
    back: async () => {
      await expect(page.getByRole("link", { name: /^Inbox(: \d+ unread)?$/ })).toBeVisible();
      await expect(away(page, notifications)).toHaveCount(0);
    },
  });

  const loans =
    "Loans, properties, rates, imports and reports cannot be reached just now; the rest works on.";
  await missed(
    page,
    organization,
    "loans",
    "the dashboard with its date, also loaded anew; a loan's page says so",
    {
      look: async () => {
        await page.goto("/dashboard/");
        await expect(page.getByText("$7.20").first()).toBeVisible();
        await expect(page.getByText(/Not updating: shown as of/)).toBeVisible();
        await picture(page, "loans-dashboard");
        await page.goto(`/loan/?id=${loan.id}`);
        await expect(away(page, loans)).toBeVisible();
      },
      back: async () => {
        await expect(page.getByRole("heading", { level: 1, name: "Harbor Tower" })).toBeVisible();
        await expect(away(page, loans)).toHaveCount(0);
      },
    },
  );

  const auth = "Sign-ins, members and the organization cannot be reached just now; the rest works on.";
  const stranger = await browser.newPage();
  await missed(page, organization, "auth", "who is signed in works on; signing in says so", {
    look: async () => {
      await link("Loans").click();
      await expect(
        page.getByRole("grid", { name: "Loans", exact: true }).getByText("Harbor Tower"),
      ).toBeVisible();
      await link("Dashboard").click();
      await expect(page.getByText("$7.20").first()).toBeVisible();
      await stranger.goto(new URL("/sign-in/", page.url()).href);
      await stranger.getByLabel("Email").fill(organization.administrator.email);
      await stranger.getByRole("textbox", { name: "Password" }).fill(organization.administrator.password);
      await stranger.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(stranger.getByRole("alert").filter({ hasText: auth })).toBeVisible();
      await picture(stranger, "auth-sign-in");
      await link("Members").click();
      await expect(away(page, auth)).toBeVisible();
    },
    back: async () => {
      await expect(
        page.getByRole("table", { name: "Members" }).getByText(organization.administrator.email),
      ).toBeVisible();
      await expect(away(page, auth)).toHaveCount(0);
      await stranger.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(stranger.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
    },
  });
  await stranger.close();
});
