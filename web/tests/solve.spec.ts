import { Buffer } from "node:buffer";

import { expect, signIn, test } from "./fixtures";
import { monthOf } from "./import-tapes";

interface Named {
  id: string;
}

/** A lender's statement of twelve months of $1,000,000 at 6 %, interest only, on 30/360. */
const STATEMENT = [
  "dueDate,beginningBalance,interest,principal,endingBalance",
  ...Array.from({ length: 12 }, (_, index) => {
    const due = new Date(Date.UTC(2025, index + 1, 1)).toISOString().slice(0, 10);
    return `${due},1000000.00,5000.00,0.00,1000000.00`;
  }),
].join("\n");

test("a tape's convention is named on the loan, adopted with one press and taken back", async ({
  page,
  organization,
}) => {
  // The tape says actual/360, its interest is that of 30/360.
  for (const index of [0, 1, 2, 3]) {
    const { name, content } = monthOf("quay-deal", index);
    const told = content
      .toString()
      .replaceAll("<interestAccrualMethodCode>1<", "<interestAccrualMethodCode>3<");
    await organization.api.import(name, Buffer.from(told));
  }
  const { items } = await organization.api.get<{ items: Named[] }>("/api/v1/loans?number=quay-deal/1");
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${items[0]?.id ?? ""}&tab=reconciliation`);
  await expect(
    page.getByRole("heading", { name: "The reported figures follow another convention than the terms" }),
  ).toBeVisible();
  await expect(page.getByRole("list", { name: "Conventions that fit" })).toContainText("30/360");
  await expect(page.getByRole("region", { name: "Billed months" })).toBeVisible();
  await page
    .getByRole("button", { name: /^Use as the loan’s terms: 30\/360/ })
    .first()
    .click();
  await expect(page.getByText(/The loan's terms say: 30\/360/)).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(/The loan's terms say: actual\/360/)).toBeVisible();
});

test("an uploaded statement is solved, and what was billed stands beside a loan's terms", async ({
  page,
  organization,
}) => {
  const { id } = await organization.api.post<Named>("/api/v1/loans", {
    number: "S-1",
    name: "Statement Tower",
    originalBalance: "1000000.00",
    currentBalance: "1000000.00",
    balanceAsOf: "2025-01-01",
    originationDate: "2025-01-01",
    maturityDate: "2035-01-01",
    rate: "0.06",
    terms: { dayCount: "actual_360", firstPaymentDate: "2025-02-01" },
  });
  await signIn(page, organization.administrator);
  await page.goto(`/solve/?loan=${id}`);
  await expect(page.getByText("No statement checked yet")).toBeVisible();
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "File", exact: true }).click();
  await (
    await chosen
  ).setFiles({ name: "statement.csv", mimeType: "text/csv", buffer: Buffer.from(STATEMENT) });
  await page.getByRole("button", { name: "Check" }).click();
  const result = page.getByRole("status", { name: "Result" });
  await expect(result.getByRole("list", { name: "Conventions of statement" })).toContainText("30/360");
  await expect(result.getByRole("region", { name: "Installments of statement" })).toBeVisible();
  await expect(result.getByRole("heading", { name: "Billed beside the terms" })).toBeVisible();
  await expect(result.getByText("too little was billed")).toBeVisible();
});
