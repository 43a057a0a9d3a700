import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { readFileSync } from "node:fs";

import { type Api, expect, LEAST_LOAN, signIn, test } from "./fixtures";
import { aPdf } from "./pdfs";
import { aWorkbook } from "./workbooks";

const NOTE = aPdf(
  "Promissory note of Harbor Point",
  "The holder may assign this note.",
  "The maturity date of this note is February 1, 2036.\nA yieldmaintenance premium is due before.",
);

const SHARED_PASSWORD = "a broker by the harbor";

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
  const large = Buffer.concat([NOTE, Buffer.alloc(3_000_000 - NOTE.length, "%")]);
  // Half of it arrives, then the connection breaks.
  const half = large.length / 2;
  await page.route("**/api/v1/uploads/*", async (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    await route.fetch({ postData: large.subarray(0, half) });
    await route.abort();
  });
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
  const [going] = await Promise.all([
    page.waitForRequest((request) => request.method() === "PATCH"),
    page.evaluate(() => {
      Object.defineProperty(navigator, "onLine", { value: true, configurable: true });
      window.dispatchEvent(new Event("online"));
    }),
  ]);
  expect(await going.headerValue("Upload-Offset")).toBe(String(half));
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

/** File a document without the browser, and wait until its text was read. */
async function filed(api: Api, name: string, content: Buffer, type: string, query = ""): Promise<string> {
  const { id } = await api.send<{ id: string }>(
    "POST",
    `/api/v1/documents?fileName=${encodeURIComponent(name)}${query}`,
    content,
    { "Content-Type": type },
  );
  const state = async () =>
    (await api.get<{ versions: { state: string }[] }>(`/api/v1/documents/${id}`)).versions[0]?.state;
  await expect.poll(state).not.toBe("received");
  return id;
}

test("a PDF is shown page by page, its words can be selected, its versions seen", async ({
  page,
  organization,
}) => {
  const id = await filed(organization.api, "Note.pdf", NOTE, "application/pdf");
  await signIn(page, organization.administrator);
  const failures: string[] = [];
  page.on("console", (message) => message.type() === "error" && failures.push(message.text()));
  await page.goto(`/document/?id=${id}&page=3`);
  const third = page.getByRole("region", { name: "Page 3" });
  await expect(third.getByText("The maturity date of this note")).toBeVisible();
  await expect(third.locator("canvas")).toBeVisible();
  await page.getByRole("button", { name: "Previous page" }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(
    page.getByRole("region", { name: "Page 2" }).getByText("The holder may assign this note."),
  ).toBeVisible();
  expect(await serious(page)).toEqual([]);

  await choose(page, page.getByRole("button", { name: "Upload a new version", exact: true }), [
    file("Note as signed.pdf", aPdf("Signed on February 1, 2026.")),
  ]);
  const versions = page.getByRole("list", { name: "Versions" }).getByRole("listitem");
  await expect(versions).toHaveCount(2);
  await page.getByRole("button", { name: "Show version 1" }).click();
  await expect(page.getByText("version 1 of 2")).toBeVisible();
  await page.getByRole("button", { name: "Show version 2" }).click();
  await expect(
    page.getByRole("region", { name: "Page 1" }).getByText("Signed on February 1, 2026."),
  ).toBeVisible();
  // The policy of the page lets all of it through.
  expect(failures).toEqual([]);

  await page.setViewportSize({ width: 375, height: 812 });
  await expect(page.getByRole("region", { name: "Page 1" }).locator("canvas")).toBeVisible();
  const beyond = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(beyond).toBeLessThanOrEqual(0);
});

test("workbooks, tables, mails, texts and pictures are shown, and what cannot be can be taken along", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const mail =
    "From: Lena Lender <lena@bank.example>\r\nTo: Anna Adler <anna@example.com>\r\nSubject: Extension\r\n" +
    "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nContent-Type: text/plain\r\n\r\nWe extend the loan by a year.\r\n";
  // A single white pixel.
  const pixel = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=",
    "base64",
  );
  const shown: [string, Buffer, string, () => Promise<void>][] = [
    [
      "Rent roll.xlsx",
      aWorkbook({
        Units: [
          ["Unit", "Rent"],
          ["101", "1865"],
        ],
        Notes: [["Vacant since May"]],
      }),
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      async () => {
        await expect(page.getByRole("table", { name: "Units" })).toContainText("1865");
        await page.getByText("Notes", { exact: true }).click();
        await expect(page.getByRole("table", { name: "Notes" })).toContainText("Vacant since May");
      },
    ],
    [
      "Rents.csv",
      Buffer.from("unit,rent\n101,1865\n"),
      "text/csv",
      () => expect(page.getByRole("region", { name: "Preview" }).getByRole("table")).toContainText("1865"),
    ],
    [
      "Letter.eml",
      Buffer.from(mail),
      "message/rfc822",
      async () => {
        await expect(page.getByText("Lena Lender")).toBeVisible();
        await expect(page.getByRole("region", { name: "Mail" })).toContainText("We extend the loan");
      },
    ],
    [
      "Memo.txt",
      Buffer.from("The roof was renewed.\n"),
      "text/plain",
      () => expect(page.getByRole("region", { name: "Text" })).toContainText("The roof was renewed."),
    ],
    [
      "Front.png",
      pixel,
      "image/png",
      async () => {
        const width = () =>
          page.getByRole("img", { name: "Front.png" }).evaluate((img: HTMLImageElement) => img.naturalWidth);
        await expect.poll(width).toBe(1);
      },
    ],
    [
      "Page.html",
      Buffer.from("<html><body><script>document.title='run'</script><p>Only words.</p></body></html>"),
      "text/html",
      () => expect(page.getByRole("region", { name: "Page 1" })).toContainText("Only words."),
    ],
  ];
  await signIn(page, organization.administrator);
  for (const [name, content, type, isShown] of shown) {
    await page.goto(`/document/?id=${await filed(api, name, content, type)}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await isShown();
    const [taken] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download", exact: true }).click(),
    ]);
    expect(readFileSync(await taken.path()).equals(content), name).toBe(true);
  }
});

test("details are changed and taken back; what is held is not deleted", async ({ page, organization }) => {
  const { api } = organization;
  const loan = await aLoan(api);
  const id = await filed(api, "Policy.pdf", NOTE, "application/pdf");
  await signIn(page, organization.administrator);
  await page.goto(`/document/?id=${id}`);
  const details = page.getByRole("region", { name: "Details" });
  await details.getByRole("button", { name: "Edit details" }).click();
  await details.getByRole("textbox", { name: "Title" }).fill("Certificate of insurance");
  await details.getByRole("combobox", { name: "Type" }).click();
  await page.getByRole("option", { name: "Insurance" }).click();
  await details.getByRole("textbox", { name: "Expires" }).fill("6/30/2027");
  await details.getByRole("combobox", { name: "Link to a loan" }).fill("Harbor");
  await page.getByRole("option", { name: "1001 · Harbor Point" }).click();
  await details.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Certificate of insurance" })).toBeVisible();
  await expect(details).toContainText("Jun 30, 2027");
  await expect(details.getByRole("link", { name: "1001 · Harbor Point" })).toHaveAttribute(
    "href",
    `/loan/?id=${loan.id}`,
  );
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Policy.pdf" })).toBeVisible();

  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await page.getByRole("textbox", { name: "Reason" }).fill("Harbor v. Pier");
  await page.getByRole("button", { name: "Put on hold" }).click();
  await expect(page.getByText("Under a legal hold", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const refusal = page.getByRole("dialog", { name: "This document can’t be deleted" });
  await expect(refusal).toContainText("It is under a legal hold (Harbor v. Pier). Lift the hold first.");
  await refusal.getByRole("button", { name: "Close", exact: true }).last().click();
  await page.getByRole("button", { name: "Lift hold" }).click();
  await expect(page.getByText("Under a legal hold", { exact: true })).toBeHidden();

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete document" }).click();
  await expect(page).toHaveURL(/\/documents\//);
  await expect(page.getByRole("heading", { name: "No documents yet" })).toBeVisible();
});

test("details that are being edited stay while versions and holds come, and go over them only if asked to", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const id = await filed(api, "Policy.pdf", NOTE, "application/pdf");
  const stored = () => api.get<{ version: number; title: string }>(`/api/v1/documents/${id}`);
  await signIn(page, organization.administrator);
  await page.goto(`/document/?id=${id}`);
  const details = page.getByRole("region", { name: "Details" });
  await details.getByRole("button", { name: "Edit details" }).click();
  const title = details.getByRole("textbox", { name: "Title" });
  await title.fill("Certificate of insurance");

  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await page.getByRole("textbox", { name: "Reason" }).fill("Harbor v. Pier");
  await page.getByRole("button", { name: "Put on hold" }).click();
  await expect(page.getByText("Under a legal hold", { exact: true })).toBeVisible();
  await expect(title).toHaveValue("Certificate of insurance");

  await details.getByRole("button", { name: "Save" }).click();
  const meanwhile = details.getByRole("alert").filter({ hasText: "Changed meanwhile" });
  await expect(meanwhile).toBeVisible();
  await expect(title).toHaveValue("Certificate of insurance");
  expect((await stored()).title).toBe("Policy.pdf");
  await meanwhile.getByRole("button", { name: "Save mine over it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Certificate of insurance" })).toBeVisible();
  await expect(details.getByRole("button", { name: "Edit details" })).toBeVisible();
  const saved = page.getByRole("alert").filter({ hasText: "Details saved" });
  await saved.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Policy.pdf" })).toBeVisible();
  await expect(page.getByText("Under a legal hold", { exact: true })).toBeVisible();
});

test("words are cited of the version that is looked at, and only of the current one", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const id = await filed(api, "Note.pdf", NOTE, "application/pdf");
  const pdf = { "Content-Type": "application/pdf" };
  await api.send(
    "POST",
    `/api/v1/documents/${id}/versions?fileName=Note.pdf`,
    aPdf("The maturity moved."),
    pdf,
  );
  await signIn(page, organization.administrator);
  await page.goto(`/document/?id=${id}&version=1`);
  const citations = page.getByRole("region", { name: "Citations" });
  await expect(citations).toContainText("Only version 2 can be cited. Show it to cite words of it.");
  await expect(citations.getByRole("button", { name: "Cite", exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Show version 2" }).click();
  await expect(citations).not.toContainText("Only version");
  await expect(citations.getByRole("button", { name: "Cite", exact: true })).toBeVisible();
});

test("a document is found by words on its third page, from its list and from the palette", async ({
  page,
  organization,
}) => {
  const id = await filed(organization.api, "Note.pdf", NOTE, "application/pdf");
  await filed(organization.api, "Memo.txt", Buffer.from("Nothing about it.\n"), "text/plain");
  await signIn(page, organization.administrator);
  await page.goto("/documents/");
  await page.getByRole("searchbox", { name: "Search in documents" }).fill("yieldmain");
  const found = page.getByRole("list", { name: "Found documents" });
  await expect(found.getByRole("listitem")).toHaveCount(1);
  await expect(found.locator("mark")).toHaveText("yieldmaintenance");
  expect(await serious(page)).toEqual([]);
  await found.getByRole("link", { name: "Page 3" }).click();
  await expect(page).toHaveURL(`/document/?id=${id}&page=3`);
  await expect(
    page.getByRole("region", { name: "Page 3" }).getByText("The maturity date of this note"),
  ).toBeVisible();

  await page.goto("/documents/?q=nowhere");
  await expect(page.getByRole("heading", { name: "No documents contain “nowhere”" })).toBeVisible();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search and commands" })).toBeFocused();
  await page.keyboard.type("yieldmaintenance");
  const option = page.getByRole("group", { name: "Documents" }).getByRole("option", { name: /^Note\.pdf/ });
  await expect(option).toContainText("Page 3");
  await expect(option).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/document/?id=${id}&page=3`);
});

test("a version is shared with a password, its log read, and the link revoked", async ({
  page,
  organization,
  browser,
}) => {
  const id = await filed(organization.api, "Policy.pdf", NOTE, "application/pdf");
  await signIn(page, organization.administrator);
  await page.goto(`/document/?id=${id}`);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const form = page.getByRole("dialog", { name: "Share version 1" });
  await form.getByRole("textbox", { name: "For whom" }).fill("Insurance broker");
  await form.getByLabel("Password", { exact: true }).fill("short");
  await form.getByRole("button", { name: "Create link" }).click();
  await expect(form.getByText("Use at least 8 characters")).toBeVisible();
  await form.getByLabel("Password", { exact: true }).fill(SHARED_PASSWORD);
  await form.getByRole("textbox", { name: "Most downloads" }).fill("2");
  await form.getByRole("button", { name: "Create link" }).click();
  const made = page.getByRole("dialog", { name: "Link created" });
  const link = await made.getByRole("textbox", { name: "Link" }).inputValue();
  await made.getByRole("button", { name: "Done" }).click();
  const shares = page.getByRole("list", { name: "Share links" });
  await expect(shares).toContainText("Active · 0 of 2 downloads · with a password");
  const openLog = page.getByRole("button", { name: "Access log of Insurance broker" });
  await openLog.click();
  await expect(page.getByText("Nobody has tried to open it yet.")).toBeVisible();
  await page.keyboard.press("Escape");

  // Whoever has the link has no account here.
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await expect(stranger.getByText("Policy.pdf")).toBeVisible();
  expect(await serious(stranger)).toEqual([]);
  await stranger.getByRole("textbox", { name: "Password" }).fill("not the password");
  await stranger.getByRole("button", { name: "Download" }).click();
  await expect(stranger.getByText("The password is not right.")).toBeVisible();
  await stranger.getByRole("textbox", { name: "Password" }).fill(SHARED_PASSWORD);
  const [taken] = await Promise.all([
    stranger.waitForEvent("download"),
    stranger.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(readFileSync(await taken.path()).equals(NOTE)).toBe(true);

  // What a stranger did is there as soon as it is looked at again.
  await openLog.click();
  const log = page.getByRole("table", { name: "Access log" });
  await expect(log).toContainText("Wrong password");
  await expect(log).toContainText("Opened");
  await page.keyboard.press("Escape");
  await expect(log).toBeHidden();
  await page.reload();
  await expect(shares).toContainText("1 of 2 downloads");
  await page.getByRole("button", { name: "Revoke Insurance broker" }).click();
  await page.getByRole("button", { name: "Revoke link" }).click();
  await expect(shares).toContainText("Revoked");
  await stranger.getByRole("button", { name: "Download" }).click();
  await expect(stranger.getByRole("alert").filter({ hasText: "no longer valid" })).toBeVisible();
  await stranger.context().close();
});

test("a term is cited from words of a page, confirmed by another person, and goes out of date", async ({
  page,
  organization,
  browser,
  baseURL,
}) => {
  const { api } = organization;
  const loan = await aLoan(api);
  const id = await filed(api, "Note.pdf", NOTE, "application/pdf", `&link=loan:${loan.id}`);
  await signIn(page, organization.administrator);

  // From the preview, with the words that are selected there.
  await page.goto(`/document/?id=${id}&page=3`);
  const words = page.getByRole("region", { name: "Page 3" }).getByText("The maturity date of this note");
  await words.selectText();
  await page.getByRole("button", { name: "Cite", exact: true }).click();
  const form = page.getByRole("dialog", { name: "Cite for a loan’s term" });
  await expect(form.getByRole("textbox", { name: "Quote" })).toHaveValue(
    "The maturity date of this note is February 1, 2036.",
  );
  await expect(form.getByRole("combobox", { name: "Loan" })).toHaveValue("1001 · Harbor Point");
  await form.getByRole("combobox", { name: "Term" }).click();
  await page.getByRole("option", { name: "Maturity", exact: true }).click();
  await expect(form.getByText("The loan says Feb 1, 2036")).toBeVisible();
  await form.getByRole("button", { name: "Cite", exact: true }).click();
  await expect(form).toBeHidden();
  await expect(page.getByText("Awaiting confirmation by another person.")).toBeVisible();

  // From the loan, in a dialog; what does not stand on the page is refused.
  await page.goto(`/loan/?id=${loan.id}`);
  await page.getByRole("button", { name: "Cite a term" }).click();
  const dialog = page.getByRole("dialog", { name: "Cite where a term is written" });
  await dialog.getByRole("combobox", { name: "Term" }).click();
  await page.getByRole("option", { name: "Borrower" }).click();
  await dialog.getByRole("combobox", { name: "Document" }).click();
  await page.getByRole("option", { name: "Note.pdf" }).click();
  await expect(dialog.getByRole("region", { name: "Text of page 1" })).toContainText("Promissory note");
  await dialog.getByRole("textbox", { name: "Quote" }).fill("words of another note");
  await dialog.getByRole("button", { name: "Cite", exact: true }).click();
  await expect(dialog.getByText("Does not stand on page 1")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  // A second person reads and confirms it.
  const second = await (await browser.newContext({ baseURL })).newPage();
  await signIn(second, await organization.join("member"));
  await second.goto(`/loan/?id=${loan.id}`);
  await second.getByRole("button", { name: "Where “Maturity” is cited from: not confirmed yet" }).click();
  await expect(second.getByRole("link", { name: "Version 1, page 3" })).toBeVisible();
  // Names come after the words, and the card takes its place by its size: a person reads it first, too.
  await expect(second.getByText(/^Cited by Anna Adler on/)).toBeVisible();
  await second.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(second.getByText(/Confirmed by Ben member/)).toBeVisible();
  await expect(
    second.getByRole("button", { name: "Where “Maturity” is cited from: confirmed", includeHidden: true }),
  ).toHaveCount(1);
  expect(await serious(second)).toEqual([]);
  await second.context().close();

  // The loan is changed: what was cited does not say so any more.
  await api.send(
    "PATCH",
    `/api/v1/loans/${loan.id}?correction=true`,
    { maturityDate: "2037-02-01" },
    { "If-Match": `"${loan.version}"` },
  );
  await page.reload();
  await page.getByRole("button", { name: "Where “Maturity” is cited from: out of date" }).click();
  await expect(page.getByText("Out of date: the loan now says Feb 1, 2037. Cite again.")).toBeVisible();
});

test("several documents are taken along as one archive, by the keyboard", async ({ page, organization }) => {
  const { api } = organization;
  await filed(api, "Note.pdf", NOTE, "application/pdf");
  await filed(api, "Memo.txt", Buffer.from("The roof was renewed.\n"), "text/plain");
  await signIn(page, organization.administrator);
  await page.goto("/loans/");
  await expect(page.getByRole("heading", { level: 1, name: "Loans" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(row(page, "Memo.txt")).toBeVisible();
  await page.keyboard.press("t");
  await page.keyboard.press("Control+a");
  const button = page.getByRole("button", { name: "Download as ZIP" });
  await button.focus();
  const [taken] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const archive = readFileSync(await taken.path()).toString("latin1");
  expect(archive.startsWith("PK")).toBe(true);
  expect(archive).toContain("Note.pdf");
  expect(archive).toContain("Memo.txt");
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await page.keyboard.press("t");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Memo.txt" })).toBeVisible();
});
