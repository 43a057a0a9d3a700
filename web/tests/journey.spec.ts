import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { figure, money, percent, short } from "./dashboard";
import { Api, begin, draftOf, expect, PASSWORD, test } from "./fixtures";
import { BANK5, drop, hasBank5, monthOf, tile, type TapeFile } from "./import-tapes";

interface Portfolio {
  figures: Record<string, { value: string | null }>;
  leftOut: Record<string, { count: number }>;
  top: { number: string; name: string; balance: string }[];
}

interface Imported {
  loans: number;
  properties: number;
  reconciliation: { matched: number; notDue: number; differs: number };
}

/** The real tape where it is beside the repository, else a made-up one. */
const tape: TapeFile = hasBank5
  ? { name: basename(BANK5), content: readFileSync(BANK5) }
  : monthOf("made-up-2017-c1", 12);

/** What the command line makes of a tape, in a data folder of its own. */
function byCommandLine({ name, content }: TapeFile): { imported: Imported; portfolio: Portfolio } {
  const folder = mkdtempSync(join(tmpdir(), "realinsights-journey-"));
  try {
    const file = join(folder, name);
    writeFileSync(file, content);
    const run = (...words: string[]) =>
      JSON.parse(
        execFileSync("../.venv/bin/realinsights", ["--data", join(folder, "data"), ...words, "--json"], {
          encoding: "utf8",
        }),
      ) as unknown;
    const imported = run("import", file, "--org", "check") as Imported;
    return { imported, portfolio: run("portfolio", "--org", "check") as Portfolio };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test(`an asset manager's first hour, with ${hasBank5 ? "the tape of BANK5 2025-5YR19" : "a made-up tape"}`, async ({
  page,
  elsewhere,
}) => {
  test.setTimeout(120_000);
  const { imported, portfolio } = byCommandLine(tape);
  const value = (name: string) => portfolio.figures[name]?.value ?? "";
  const email = `${randomUUID()}@example.com`;

  await test.step("begin an organization", async () => {
    await begin(page, `Quay ${randomUUID().slice(0, 8)}`, email);
  });

  await test.step("import a tape", async () => {
    await page.getByRole("link", { name: "Choose a file" }).click();
    await drop(page, [tape]);
    await page.getByRole("button", { name: "Import without preview" }).click();
    await expect(page.getByText("Imported", { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(tile(page, "Created")).toHaveText(String(imported.loans));
    await expect(tile(page, "Properties on the tape")).toHaveText(String(imported.properties));
    const { matched, notDue, differs } = imported.reconciliation;
    expect(differs).toBe(0);
    await expect(page.getByText("No differences.")).toBeVisible();
    const outcome = (words: string) => page.getByRole("listitem").filter({ hasText: words });
    await expect(outcome("Matched")).toContainText(String(matched));
    if (notDue > 0) await expect(outcome("Not due yet")).toContainText(String(notDue));
  });

  await test.step("see the command line's figures", async () => {
    await page.getByRole("link", { name: "Dashboard", exact: true }).click();
    await expect(figure(page, "Outstanding")).toContainText(short(value("outstanding")));
    await expect(figure(page, "Loans")).toContainText(value("loanCount"));
    await expect(figure(page, "Properties")).toContainText(value("propertyCount"));
    await expect(figure(page, "Weighted average rate")).toContainText(percent(3)(value("weightedRate")));
    await expect(figure(page, "Loan to value")).toContainText(percent(2)(value("ltv")));
    await expect(figure(page, "Debt yield (NOI)")).toContainText(percent(2)(value("debtYield")));
    if (hasBank5) {
      expect(imported).toMatchObject({
        loans: 35,
        properties: 85,
        reconciliation: { matched: 10, notDue: 25 },
      });
      expect(value("outstanding")).toBe("949066382.67");
      expect(value("original")).toBe("949105600.00");
      expect(portfolio.leftOut["ltv"]?.count).toBe(6);
    }
  });

  const [largest] = portfolio.top;
  await test.step("drill down to the loans behind a figure, and to one of them", async () => {
    await figure(page, "Outstanding").click();
    const details = page.getByRole("dialog");
    await expect(details).toContainText(money(value("outstanding")));
    await details
      .getByRole("button", { name: /^Show .* loans?$/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .getByRole("link", { name: new RegExp(largest?.name ?? "") })
      .first()
      .click();
    await expect(page.getByRole("heading", { level: 1, name: largest?.name ?? "" })).toBeVisible();
    await expect(page.getByText(money(largest?.balance ?? "")).first()).toBeVisible();
  });

  const api = await Api.signIn(elsewhere, { email, password: PASSWORD });
  const id = new URL(page.url()).searchParams.get("id") ?? "";
  await test.step("read its schedule", async () => {
    const schedule = await api.get<{ installments: { interest: string; endingBalance: string }[] }>(
      `/api/v1/loans/${id}/schedule`,
    );
    await page.getByRole("tab", { name: "Schedule" }).click();
    const rows = page.getByRole("table", { name: "Installments" }).getByRole("row");
    const first = schedule.installments[0];
    await expect(rows.nth(1)).toContainText(money(first?.interest ?? ""));
    await expect(rows.nth(1)).toContainText(money(first?.endingBalance ?? ""));
  });

  await test.step("edit it while somebody else does", async () => {
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Borrower" }).fill("Mine LLC");
    const loan = await api.get<{ version: number }>(`/api/v1/loans/${id}`);
    await api.put(`/api/v1/loans/${id}`, loan.version, { ...draftOf(loan), borrower: "Theirs LLC" });
    await page.getByRole("button", { name: "Save" }).click();
    const conflict = page.getByRole("dialog", { name: "This loan was changed while you were editing" });
    await conflict.getByRole("radio", { name: "Mine: Mine LLC" }).check();
    await conflict.getByRole("button", { name: "Save merged version" }).click();
    await expect(conflict).toBeHidden();
  });

  await test.step("read in the history who changed what, and undo it", async () => {
    await page.getByRole("tab", { name: "History" }).click();
    const mine = page.getByRole("table", { name: "Fields changed in version 3" });
    await expect(mine.getByRole("row", { name: /Borrower Theirs LLC Mine LLC/ })).toBeVisible();
    await expect(page.getByRole("table", { name: "Fields changed in version 2" })).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    const undone = page.getByRole("table", { name: "Fields changed in version 4" });
    await expect(undone.getByRole("row", { name: /Borrower Mine LLC Theirs LLC/ })).toBeVisible();
    expect(await api.get<object>(`/api/v1/loans/${id}`)).toMatchObject({ borrower: "Theirs LLC" });
  });
});
