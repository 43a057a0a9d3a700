import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";

import { type Api, expect, LEAST_LOAN, signIn, test } from "./fixtures";
import { aPdf } from "./pdfs";

const NOTE = aPdf(
  "Promissory note of Harbor Point",
  "The holder may assign this note.",
  "The maturity date of this note is February 1, 2036.\nA yieldmaintenance premium is due before.",
);

const file = (name: string, buffer: Buffer, mimeType = "application/pdf") => ({ name, mimeType, buffer });

const aLoan = (api: Api) =>
  api.post<{ id: string; version: number }>("/api/v1/loans", {
    number: "1001",
    name: "Harbor Point",
    ...LEAST_LOAN,
  });

const grid = (page: Page) => page.getByRole("grid", { name: "Documents" });
const row = (page: Page, title: string) => grid(page).getByRole("row", { name: new RegExp(title) });
const serious = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);

/** Choose files as a person does by the button. */
async function choose(page: Page, button: Locator, files: ReturnType<typeof file>[]): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
  await chooser.setFiles(files);
}

test("two files are uploaded to a loan, each as what it is, and are listed with their state", async ({
  page,
  organization,
}) => {
  const loan = await aLoan(organization.api);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${loan.id}&tab=documents`);
  await expect(page.getByRole("heading", { name: "No documents yet" })).toBeVisible();
  await choose(page, page.getByRole("button", { name: "Upload documents", exact: true }), [
    file("Promissory note.pdf", NOTE),
    file("Appraisal.pdf", aPdf("The appraised value is $12,300,000.")),
    file("empty.pdf", Buffer.alloc(0)),
  ]);
  await expect(page.getByText("This file is empty. Choose another one.")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Type of Promissory note.pdf" })).toHaveValue("Note");
  await page.getByRole("combobox", { name: "Type of Appraisal.pdf" }).click();
  await page.getByRole("option", { name: "Report" }).click();
  await page.getByRole("button", { name: "Upload 2 files" }).click();
  await expect(page.getByText("2 of 2 uploaded.")).toBeVisible();
  await expect(row(page, "Promissory note.pdf")).toContainText("Note");
  await expect(row(page, "Promissory note.pdf")).toContainText("Ready");
  await expect(row(page, "Promissory note.pdf")).toContainText("Anna Adler");
  await expect(row(page, "Appraisal.pdf")).toContainText("Report");
  await page.getByRole("button", { name: "Clear finished" }).click();
  await expect(page.getByText("2 of 2 uploaded.")).toBeHidden();
  expect(await serious(page)).toEqual([]);

  await page.goto("/documents/?kind=note");
  await expect(row(page, "Promissory note.pdf")).toBeVisible();
  await expect(row(page, "Appraisal.pdf")).toHaveCount(0);
  await page.setViewportSize({ width: 375, height: 812 });
  await expect(row(page, "Promissory note.pdf")).toBeVisible();
  const beyond = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(beyond).toBeLessThanOrEqual(0);
});

test("files can be dropped, and one that is not what it says is refused with what to do", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/documents/");
  const data = await page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    dropped.items.add(new File(["loan,rent\n1,2\n"], "Rent roll.csv", { type: "text/csv" }));
    dropped.items.add(new File(["only words"], "Appraisal.pdf", { type: "application/pdf" }));
    return dropped;
  });
  const zone = page.getByRole("group", { name: "Upload documents", exact: true });
  await zone.dispatchEvent("dragenter", { dataTransfer: data });
  await zone.dispatchEvent("drop", { dataTransfer: data });
  await expect(page.getByRole("checkbox", { name: "Confidential" })).toBeVisible();
  await page.getByRole("checkbox", { name: "Confidential" }).check();
  await page.getByRole("button", { name: "Upload 2 files" }).click();
  const uploads = page.getByRole("list", { name: "Uploads" });
  await expect(uploads.getByText("Uploaded, 14 bytes")).toBeVisible();
  await expect(uploads.getByRole("alert")).toContainText("Give it the right ending, or save it again.");
  await expect(row(page, "Rent roll.csv")).toContainText("Confidential");
  await uploads.getByRole("button", { name: "Remove Appraisal.pdf" }).click();
  await expect(uploads.getByRole("listitem")).toHaveCount(1);
});

test("an upload whose connection was lost resumes where it stopped, another page or not", async ({
  page,
  organization,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/documents/");
  const large = Buffer.concat([NOTE, Buffer.alloc(3_000_000, "%")]);
  // The connection breaks when the bytes are on their way.
  await page.route("**/api/v1/uploads/*", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await choose(page, page.getByRole("button", { name: "Upload documents", exact: true }), [
    file("Large.pdf", large),
  ]);
  await page.evaluate(() => Object.defineProperty(navigator, "onLine", { value: false, configurable: true }));
  await page.getByRole("button", { name: "Upload 1 file" }).click();
  const uploads = page.getByRole("list", { name: "Uploads" });
  await expect(uploads.getByText("It resumes once you are online.")).toBeVisible();
  await page.getByRole("link", { name: "Loans", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Loans" })).toBeVisible();
  await page.getByRole("link", { name: "Documents", exact: true }).click();
  await expect(uploads.getByText("It resumes once you are online.")).toBeVisible();

  await page.unroute("**/api/v1/uploads/*");
  await page.evaluate(() => {
    Object.defineProperty(navigator, "onLine", { value: true, configurable: true });
    window.dispatchEvent(new Event("online"));
  });
  await expect(uploads.getByText("Uploaded, 3 MB")).toBeVisible();
  await expect(row(page, "Large.pdf")).toBeVisible();
});

test("an upload can be canceled, and the server forgets it", async ({ page, organization }) => {
  await signIn(page, organization.administrator);
  await page.goto("/documents/");
  await page.route("**/api/v1/uploads/*", (route) =>
    // It is never answered: the file stays on its way.
    route.request().method() === "PATCH" ? undefined : route.continue(),
  );
  await choose(page, page.getByRole("button", { name: "Upload documents", exact: true }), [
    file("Note.pdf", NOTE),
  ]);
  await Promise.all([
    page.waitForRequest((request) => request.method() === "PATCH"),
    page.getByRole("button", { name: "Upload 1 file" }).click(),
  ]);
  const [given] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "DELETE"),
    page.getByRole("button", { name: "Cancel Note.pdf" }).click(),
  ]);
  expect(given.status()).toBe(204);
  await expect(page.getByRole("list", { name: "Uploads" })).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "No documents yet" })).toBeVisible();
});

test("a viewer sees documents and uploads none", async ({ page, organization }) => {
  const { api } = organization;
  await api.send("POST", "/api/v1/documents?fileName=Note.pdf", NOTE, { "Content-Type": "application/pdf" });
  await api.send("POST", "/api/v1/documents?fileName=Secret.pdf&isConfidential=true", NOTE, {
    "Content-Type": "application/pdf",
  });
  await signIn(page, await organization.join("viewer"));
  await page.goto("/documents/");
  await expect(row(page, "Note.pdf")).toBeVisible();
  await expect(row(page, "Secret.pdf")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Upload documents", exact: true })).toHaveCount(0);
});
